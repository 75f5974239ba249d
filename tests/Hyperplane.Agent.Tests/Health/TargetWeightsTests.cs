using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Health;

public sealed class TargetWeightsTests
{
    [Fact]
    public void Without_the_setting_weights_are_the_configured_ones() =>
        Assert.Equal([5, 0, 2], Of(false, (5, 50), (0, 50), (2, null)));

    [Fact]
    public void With_it_they_are_what_targets_ask_for_of_them()
    {
        Assert.Equal([50, 0, 200], Of(true, (1, 50), (1, 0), (2, null)));
        Assert.Equal([3, 1, 0], Of(true, (1, 3), (1, 1), (0, 100)));
    }

    [Fact]
    public void Where_the_largest_does_not_fit_all_shrink_and_none_vanishes() =>
        Assert.Equal([999, 99, 1, 0], Of(true, (100, null), (100, 10), (1, 1), (100, 0)));

    [Fact]
    public void The_dataplane_gets_them_and_keeps_a_group_whose_weights_stay()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.TargetGroups[0].HealthCheck.EndpointWeight = true;
        NodeModel model = NodeModel.From(snapshot, Sample.Node, Sample.Routers);
        Dataplane.Model.DataplaneModel first = With(null, null);
        Dataplane.Model.DataplaneModel second = With(first, 30);
        Assert.Equal([100, 0, 100], first.TargetGroups[0].Targets.Select(t => t.Weight));
        Assert.Equal([30, 0, 100], second.TargetGroups[0].Targets.Select(t => t.Weight));
        Assert.Same(second.TargetGroups[0], With(second, 30).TargetGroups[0]);

        Dataplane.Model.DataplaneModel With(Dataplane.Model.DataplaneModel? last, int? weight) => model.ToDataplane(
            new Dictionary<ProbeKey, ProbeVerdict>
            {
                [new(1, 11)] = new(ProbeState.Healthy, "", "") { Weight = weight },
            },
            [model.SnatAddresses[0]], last);
    }

    private static int[] Of(bool isAsked, params (uint Weight, int? Asked)[] targets)
    {
        TargetGroup group = Sample.Group(
            1, [.. targets.Select((t, i) => Sample.Target((uint)i + 1, $"10.0.0.{i + 1}", t.Weight))]);
        group.HealthCheck.EndpointWeight = isAsked;
        return TargetWeights.Of(group, targets.Index().ToDictionary(
            t => new ProbeKey(1, (uint)t.Index + 1),
            t => new ProbeVerdict(ProbeState.Healthy, "", "") { Weight = t.Item.Asked }));
    }
}
