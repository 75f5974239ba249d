using System.Net;
using System.Threading.Channels;
using Hyperplane.Health.Tests.Probes;

namespace Hyperplane.Health.Tests.Checks;

public sealed class HealthCheckerTests
{
    private static readonly HealthCheckSettings Fast = new()
    {
        Interval = TimeSpan.FromMilliseconds(100),
        Timeout = TimeSpan.FromSeconds(5),
        HealthyThreshold = 2,
        UnhealthyThreshold = 2,
    };

    private static readonly HealthCheckSettings Slow = Fast with { Interval = TimeSpan.FromSeconds(300) };

    private readonly Channel<(uint Target, uint Group, TargetVerdict Verdict)> _changes =
        Channel.CreateUnbounded<(uint, uint, TargetVerdict)>();

    [Fact]
    public async Task A_target_comes_goes_and_comes_back()
    {
        FakeTarget target = Accepting();
        await using HealthChecker checker = Create();
        checker.Set([new HealthCheckTarget(7, 9, target.EndPoint, Fast)]);

        Assert.Equal((7u, 9u, TargetHealthState.Healthy), await NextAsync());
        await target.DisposeAsync();
        Assert.Equal((7u, 9u, TargetHealthState.Unhealthy), await NextAsync());
        TargetVerdictEntry entry = Assert.Single(checker.Snapshot());
        Assert.Equal((7u, 9u), (entry.TargetId, entry.GroupId));
        Assert.Equal("Target.FailedHealthChecks", entry.Verdict.Reason);
        Assert.Contains("refused", entry.Verdict.Received, StringComparison.Ordinal);
        await using FakeTarget again = Accepting(target.EndPoint.Port);
        Assert.Equal((7u, 9u, TargetHealthState.Healthy), await NextAsync());
    }

    [Fact]
    public async Task A_target_that_was_never_well_becomes_unhealthy_and_names_the_code()
    {
        await using FakeTarget target = FakeTarget.Answering("HTTP/1.1 500 Oops\r\n\r\n");
        await using HealthChecker checker = Create();
        checker.Set([new HealthCheckTarget(1, 1, target.EndPoint, Fast with { Kind = HealthCheckKind.Http })]);
        Assert.Equal("Elb.InitialHealthChecking", Assert.Single(checker.Snapshot()).Verdict.Reason);

        (_, _, TargetVerdict verdict) = await _changes.Reader.ReadAsync();

        Assert.Equal(TargetHealthState.Unhealthy, verdict.State);
        Assert.Equal("Target.ResponseCodeMismatch", verdict.Reason);
        Assert.EndsWith("status 500", verdict.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_that_stay_keep_their_verdict_and_a_moved_one_starts_anew()
    {
        await using FakeTarget first = Accepting();
        await using FakeTarget second = Accepting();
        await using HealthChecker checker = Create();
        var stays = new HealthCheckTarget(1, 1, first.EndPoint, Slow);
        var changes = new HealthCheckTarget(2, 1, first.EndPoint, Slow);
        var moves = new HealthCheckTarget(3, 1, first.EndPoint, Slow);
        var goes = new HealthCheckTarget(4, 1, first.EndPoint, Slow);
        checker.Set([stays, changes, moves, goes]);
        for (int i = 0; i < 4; i++)
            Assert.Equal(TargetHealthState.Healthy, (await NextAsync()).State);

        checker.Set([
            stays with { }, changes with { Settings = Slow with { HealthyThreshold = 3 } },
            moves with { EndPoint = second.EndPoint }, new HealthCheckTarget(1, 2, first.EndPoint, Slow)]);

        // Only the moved target and the one that joined another group had anything to report.
        (uint, uint, TargetHealthState)[] news = [await NextAsync(), await NextAsync()];
        Assert.Equal(
            [(1u, 2u, TargetHealthState.Healthy), (3u, 1u, TargetHealthState.Healthy)], news.Order());
        Assert.Equal([(1u, 1u), (1u, 2u), (2u, 1u), (3u, 1u)],
            checker.Snapshot().Select(entry => (entry.TargetId, entry.GroupId)).Order());
        Assert.False(_changes.Reader.TryRead(out _));
        Assert.All(checker.Snapshot(), entry => Assert.Equal(TargetHealthState.Healthy, entry.Verdict.State));
    }

    [Fact]
    public async Task A_result_that_comes_after_the_removal_does_not_count()
    {
        var accepted = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var answered = new TaskCompletionSource();
        await using var slow = new FakeTarget(async (socket, ct) =>
        {
            await FakeTarget.ReadRequestAsync(socket, ct);
            accepted.SetResult();
            await answer.Task.WaitAsync(ct);
            await socket.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), ct);
            await socket.ReceiveAsync(new byte[1], ct);
            answered.SetResult();
        });
        await using FakeTarget other = Accepting();
        await using HealthChecker checker = Create();
        checker.Set([new HealthCheckTarget(1, 1, slow.EndPoint, Slow with { Kind = HealthCheckKind.Http })]);
        await accepted.Task;

        checker.Set([]);
        answer.SetResult();
        await answered.Task;
        checker.Set([new HealthCheckTarget(2, 1, other.EndPoint, Slow)]);

        Assert.Equal((2u, 1u, TargetHealthState.Healthy), await NextAsync());
    }

    [Fact]
    public async Task A_wrong_set_is_refused_whole()
    {
        await using FakeTarget target = Accepting();
        await using HealthChecker checker = Create(new HealthCheckerOptions { MaxTargets = 2 });
        var good = new HealthCheckTarget(1, 1, target.EndPoint, Slow);
        checker.Set([good]);

        Assert.Throws<ArgumentException>(() => checker.Set([good, good]));
        Assert.Throws<ArgumentException>(() => checker.Set([good with { Settings = Slow with { Timeout = default } }]));
        Assert.Throws<ArgumentException>(() => checker.Set(
            [good, good with { TargetId = 2 }, good with { TargetId = 3 }]));

        Assert.Equal(1u, Assert.Single(checker.Snapshot()).TargetId);
    }

    [Fact]
    public async Task A_node_without_its_source_address_calls_nobody_unhealthy()
    {
        await using FakeTarget target = Accepting();
        await using HealthChecker checker = Create();
        checker.Set(
        [
            new HealthCheckTarget(1, 1, target.EndPoint, Fast, IPAddress.Parse("192.0.2.1")),
            new HealthCheckTarget(2, 1, Refusing(), Fast),
        ]);

        Assert.Equal((2u, 1u, TargetHealthState.Unhealthy), await NextAsync());

        Assert.True(checker.ReadCounters().NotSent > 0);
        Assert.Equal(
            TargetHealthState.Initial, checker.Snapshot().Single(entry => entry.TargetId == 1).Verdict.State);
    }

    [Fact]
    public async Task Thousands_of_targets_share_few_places()
    {
        const int Targets = 3000;
        await using FakeTarget target = Accepting();
        await using HealthChecker checker = Create(new HealthCheckerOptions { MaxConcurrentProbes = 32 });
        checker.Set([.. Enumerable.Range(0, Targets).Select(
            i => new HealthCheckTarget((uint)i, 1, target.EndPoint, Slow))]);
        var seen = new HashSet<uint>();
        while (seen.Count < Targets)
        {
            HealthCounters counted = checker.ReadCounters();
            Assert.Equal(32, counted.Places);
            Assert.InRange(counted.Running, 0, counted.Places);
            (uint id, _, TargetHealthState state) = await NextAsync();
            Assert.Equal(TargetHealthState.Healthy, state);
            Assert.True(seen.Add(id));
        }
    }

    [Fact]
    public async Task Disposing_ends_probes_that_hang()
    {
        var accepted = new TaskCompletionSource();
        await using var hanging = new FakeTarget((_, ct) =>
        {
            accepted.TrySetResult();
            return new TaskCompletionSource().Task.WaitAsync(ct);
        });
        HealthChecker checker = Create();
        checker.Set([new HealthCheckTarget(
            1, 1, hanging.EndPoint, Slow with { Kind = HealthCheckKind.Http, Timeout = TimeSpan.FromSeconds(120) })]);
        await accepted.Task;

        await checker.DisposeAsync();

        Assert.Equal(0, checker.ReadCounters().Running);
        Assert.Throws<ObjectDisposedException>(() => checker.Set([]));
        await checker.DisposeAsync();
    }

    [Fact]
    public void Options_beyond_the_limits_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new HealthChecker(new HealthCheckerOptions { MaxConcurrentProbes = 0 }));
        Assert.Throws<ArgumentException>(() => new HealthChecker(new HealthCheckerOptions { MaxTargets = 0 }));
    }

    private static FakeTarget Accepting(int port = 0) => new((_, _) => Task.CompletedTask, port: port);

    /// <summary>The discard port of an address where nobody listens.</summary>
    private static IPEndPoint Refusing() => new(IPAddress.Parse("127.9.9.9"), 9);

    private HealthChecker Create(HealthCheckerOptions? options = null) => new(
        options ?? new HealthCheckerOptions(),
        (target, group, verdict) => Assert.True(_changes.Writer.TryWrite((target, group, verdict))));

    private async Task<(uint Target, uint Group, TargetHealthState State)> NextAsync()
    {
        (uint target, uint group, TargetVerdict verdict) = await _changes.Reader.ReadAsync();
        return (target, group, verdict.State);
    }
}
