using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Agent.Tests.Runtime;

public sealed class HealthPaceTests : IAsyncDisposable
{
    private readonly FakeParts _parts = new();
    private readonly ManualTime _time = new();
    private readonly NodeRuntime _runtime;

    public HealthPaceTests() => _runtime = new NodeRuntime(
        _parts, Sample.Node, Sample.Routers, new DrainTimes(), new StatusBoard(), _time, NullLogger.Instance);

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    [Theory]
    [InlineData(20, 180)]
    [InlineData(400, 500)]
    public async Task Changes_of_health_in_a_row_take_a_tenth_of_the_time_and_wait_half_a_second_at_most(
        int takesMs, int pauseMs)
    {
        Assert.Null(await _runtime.ApplyAsync(Sample.Snapshot(), default));
        _parts.Dataplane.OnApply = () => _time.Advance(TimeSpan.FromMilliseconds(takesMs));
        _parts.Health.Judge(1, 11, ProbeState.Healthy);
        await _runtime.StepAsync();
        Assert.Equal(2, _parts.Dataplane.Models.Count);

        _parts.Health.Judge(1, 11, ProbeState.Unhealthy, "Target.Timeout", "connect to 10.40.0.1:8080: no answer");
        await _runtime.StepAsync();
        _time.Advance(TimeSpan.FromMilliseconds(pauseMs - 1));
        await _runtime.StepAsync();
        Assert.Equal(2, _parts.Dataplane.Models.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _runtime.StepAsync();
        Assert.DoesNotContain(_parts.Dataplane.Model!.TargetGroups[0].Targets, t => t.Healthy);

        // Nothing is left to follow.
        _time.Advance(TimeSpan.FromSeconds(1));
        await _runtime.StepAsync();
        Assert.Equal(3, _parts.Dataplane.Models.Count);
    }
}
