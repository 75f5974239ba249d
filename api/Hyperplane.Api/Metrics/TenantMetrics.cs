using System.Globalization;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.Resources;
using Hyperplane.Api.Targets;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Metrics;

/// <summary>A tenant's page: the same numbers as <c>…/stats</c>, each at its finest, so that sums count nothing
/// twice.</summary>
internal static class TenantMetrics
{
    /// <summary>All metrics of it.</summary>
    public static IEnumerable<MetricFamily> Of(TrafficReport report) =>
    [
        .. OfLoadBalancers(report.LoadBalancers),
        .. OfTargetGroups(report.TargetGroups),
        new MetricFamily(
            "hyperplane_metrics_left_out", MetricKind.Gauge,
            "What there is beyond this page, the newest of each kind: ask for load balancers one by one.",
            [
                new(MetricText.Labels(("kind", "load_balancer")), report.LeftOutLoadBalancers),
                new(MetricText.Labels(("kind", "target_group")), report.LeftOutTargetGroups),
            ]),
    ];

    private static IEnumerable<MetricFamily> OfLoadBalancers(IReadOnlyList<LoadBalancerTraffic> all)
    {
        (LoadBalancerTraffic Of, string Labels)[] named = [.. all.Select(one => (
            one, MetricText.Labels(("load_balancer", one.Id), ("load_balancer_name", one.Name))))];
        return
        [
            TagsOf("load_balancer", named.Select(one => (one.Labels, one.Of.Tags))),
            new MetricFamily(
                "hyperplane_load_balancer_operating_status", MetricKind.Gauge,
                "Whether its targets' health amounts to this status: 1 for one of them.",
                named.SelectMany(one => States<OperatingState>(
                    one.Labels, "status", state => state == StatusView.From(one.Of.Operating) ? 1 : 0))),
            new MetricFamily(
                "hyperplane_load_balancer_nodes", MetricKind.Gauge, "Nodes of the zone that reported lately.",
                named.SelectMany(one => one.Of.Stats.Zones.Select(zone => new MetricSample(
                    CountedSeries.With(one.Labels, "zone", zone.Zone), zone.Nodes)))),
            .. CountedSeries.Families(
                "load_balancer", "by zone",
                [.. named.SelectMany(one => one.Of.Stats.Zones.Select(zone => new CountedSeries(
                    CountedSeries.With(one.Labels, "zone", zone.Zone), zone.Flows, zone.Drops)))]),
            .. CountedSeries.Families(
                "listener", "by listener",
                [.. named.SelectMany(one => one.Of.Stats.Listeners.Select(listener => new CountedSeries(
                    OfListener(one.Labels, listener), listener.Flows, listener.Drops)))]),
        ];
    }

    private static IEnumerable<MetricFamily> OfTargetGroups(IReadOnlyList<TargetGroupTraffic> all)
    {
        (TargetGroupTraffic Of, string Labels)[] named = [.. all.Select(one => (
            one, MetricText.Labels(("target_group", one.Id), ("target_group_name", one.Name))))];
        (string Labels, TargetStats Target)[] targets = [.. named.SelectMany(one => one.Of.Stats.Targets
            .Select(target => (OfTarget(one.Labels, target), target)))];
        return
        [
            TagsOf("target_group", named.Select(one => (one.Labels, one.Of.Tags))),
            new MetricFamily(
                "hyperplane_target_group_targets", MetricKind.Gauge, "Its targets by state.",
                named.SelectMany(one => States<HealthState>(
                    one.Labels, "state",
                    state => one.Of.Stats.Targets.Count(target => TargetView.From(target.State) == state)))),
            .. CountedSeries.Families(
                "target_group", "by zone of the nodes",
                [.. named.SelectMany(one => one.Of.Stats.Zones.Select(zone => new CountedSeries(
                    CountedSeries.With(one.Labels, "zone", zone.Zone), zone.Flows)))]),
            new MetricFamily(
                "hyperplane_target_healthy", MetricKind.Gauge, "1 while the target is healthy, else 0.",
                targets.Select(one => new MetricSample(
                    one.Labels, TargetView.From(one.Target.State) == HealthState.Healthy ? 1 : 0))),
            .. CountedSeries.Families(
                "target", "by target",
                [.. targets.Select(one => new CountedSeries(one.Labels, one.Target.Flows))]),
        ];
    }

    private static string OfListener(string labels, ListenerStats listener) => labels + "," + MetricText.Labels(
        ("listener", listener.Id), ("protocol", WireName.Of(listener.Protocol.ToWire())),
        ("port", Text(listener.Port)));

    private static string OfTarget(string labels, TargetStats target) => labels + "," + MetricText.Labels(
        ("target", target.Id), ("address", target.Address), ("port", Text(target.Port)));

    /// <summary>A tag is a series of its own: its key may be no label's name.</summary>
    private static MetricFamily TagsOf(
        string what, IEnumerable<(string Labels, IReadOnlyDictionary<string, string> Tags)> all) => new(
            $"hyperplane_{what}_tag", MetricKind.Info, "Its tags, one a series.",
            all.SelectMany(one => one.Tags.Select(tag => new MetricSample(
                $"{one.Labels},{MetricText.Labels(("key", tag.Key), ("value", tag.Value))}", 1))));

    private static IEnumerable<MetricSample> States<T>(string labels, string label, Func<T, long> count)
        where T : struct, Enum => Enum.GetValues<T>().Select(state => new MetricSample(
            CountedSeries.With(labels, label, WireName.Of(state)), count(state)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
