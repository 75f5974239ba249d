using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Health;

public sealed class FlowEndingsTests
{
    private static readonly ProbeKey First = new(1, 11);
    private static readonly ProbeKey Second = new(1, 14);
    private readonly FlowEndings _endings = new();

    [Fact]
    public void Flows_of_a_target_that_fails_end_at_once_while_another_one_is_healthy()
    {
        Assert.Empty(Read(0, 0, ProbeState.Initial, ProbeState.Healthy));
        Assert.Empty(Read(0, 0, ProbeState.Healthy, ProbeState.Healthy));
        Assert.Equal([First], Read(0, 0, ProbeState.Unhealthy, ProbeState.Healthy));
        Assert.Empty(Read(0, 0, ProbeState.Healthy, ProbeState.Healthy));
    }

    [Fact]
    public void None_are_ended_while_no_target_is_healthy()
    {
        Assert.Empty(Read(0, 0, ProbeState.Unhealthy, ProbeState.Unhealthy));
        Assert.Equal([Second], Read(0, 1, ProbeState.Healthy, ProbeState.Unhealthy));
    }

    [Fact]
    public void None_are_ended_while_too_few_are_healthy()
    {
        NodeModel model = Model(0, group => group.MinHealthyCount = 2);
        Assert.Empty(Read(model));
        model = Model(0, group => group.MinHealthyPercent = 51);
        Assert.Empty(Read(model));
        model = Model(0, group => group.MinHealthyPercent = 50);
        Assert.Equal([First], Read(model));

        IReadOnlySet<ProbeKey> Read(NodeModel model) => _endings.Read(
            model,
            new Dictionary<ProbeKey, ProbeVerdict>
            {
                [First] = new(ProbeState.Unhealthy, "", ""), [Second] = new(ProbeState.Healthy, "", ""),
            },
            TimeSpan.Zero);
    }

    [Fact]
    public void They_end_when_the_interval_is_over_unless_the_target_came_back()
    {
        Assert.Empty(Read(60_000, 10, ProbeState.Unhealthy, ProbeState.Healthy));
        Assert.Equal([First], _endings.Pending);
        Assert.False(_endings.IsDue(TimeSpan.FromSeconds(69)));
        Assert.True(_endings.IsDue(TimeSpan.FromSeconds(70)));
        Assert.Equal([First], Read(60_000, 70, ProbeState.Unhealthy, ProbeState.Healthy));
        Assert.Empty(_endings.Pending);
        Assert.False(_endings.IsDue(TimeSpan.FromSeconds(1_000)));
        Assert.Empty(Read(60_000, 80, ProbeState.Healthy, ProbeState.Healthy));
        Assert.Empty(Read(60_000, 90, ProbeState.Unhealthy, ProbeState.Healthy));
        Assert.False(_endings.IsDue(TimeSpan.FromSeconds(149)));
    }

    [Fact]
    public void They_go_on_where_nothing_else_is_said() =>
        Assert.Empty(Read(null, 0, ProbeState.Unhealthy, ProbeState.Healthy));

    [Fact]
    public void The_dataplane_is_told_and_told_again_when_that_changes()
    {
        NodeModel model = Model(0);
        var verdicts = new Dictionary<ProbeKey, ProbeVerdict>();
        System.Collections.Immutable.ImmutableArray<System.Net.IPAddress> snat = [model.SnatAddresses[0]];
        Dataplane.Model.DataplaneModel before = model.ToDataplane(verdicts, snat);
        Dataplane.Model.DataplaneModel after =
            model.ToDataplane(verdicts, snat, before, new HashSet<ProbeKey> { First });
        Assert.True(after.TargetGroups[0].Targets[0].Ends);
        Assert.False(after.TargetGroups[0].Targets[^1].Ends);
        Assert.Same(after.TargetGroups[0], model.ToDataplane(
            verdicts, snat, after, new HashSet<ProbeKey> { First }).TargetGroups[0]);
    }

    private IReadOnlySet<ProbeKey> Read(uint? afterMs, double nowSeconds, ProbeState first, ProbeState second) =>
        _endings.Read(
            Model(afterMs),
            new Dictionary<ProbeKey, ProbeVerdict> { [First] = new(first, "", ""), [Second] = new(second, "", "") },
            TimeSpan.FromSeconds(nowSeconds));

    private static NodeModel Model(uint? afterMs, Action<TargetGroup>? change = null)
    {
        Snapshot snapshot = Sample.Dual();
        change?.Invoke(snapshot.TargetGroups[0]);
        if (afterMs is { } ms)
            snapshot.TargetGroups[0].UnhealthyFlows = new UnhealthyFlows { EndAfterMs = ms };
        return NodeModel.From(snapshot, Sample.Node, Sample.Routers);
    }
}
