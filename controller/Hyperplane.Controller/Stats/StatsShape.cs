using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Targets;

namespace Hyperplane.Controller.Stats;

/// <summary>Puts what nodes counted into the shape that it is told in.</summary>
internal static class StatsShape
{
    /// <summary>Where a load balancer's flows are counted.</summary>
    public static string[] Cells(LoadBalancerRow owner) =>
        [.. owner.Zones.Select(zone => zone.Cell).Distinct(StringComparer.Ordinal)];

    /// <summary>What is counted of a load balancer whose zones are loaded: keys of its listeners and VIPs.</summary>
    public static IEnumerable<long> Keys(LoadBalancerRow owner, IEnumerable<ListenerRow> listeners) =>
    [
        .. listeners.Select(one => CountRows.OfListener(one.Number)),
        .. owner.Zones.SelectMany(zone =>
            (long[])[CountRows.OfVip(zone.VipId), CountRows.OfVip(zone.Ipv6VipId)]),
    ];

    /// <summary>Of a load balancer whose zones are loaded, with listeners of it.</summary>
    public static LoadBalancerStats Of(
        LoadBalancerRow owner, IReadOnlyList<ListenerRow> listeners, NodeCounts counts, DateTimeOffset at)
    {
        string[] cells = Cells(owner);
        long[] keys = [.. Keys(owner, listeners)];
        TrafficSum all = counts.Sum(cells, keys);
        return new LoadBalancerStats(
            at, all.Flows, all.Drops, counts.Zones(cells, keys),
            [.. listeners.Select(one =>
            {
                TrafficSum sum = counts.Sum(cells, CountRows.OfListener(one.Number));
                return new ListenerStats(one.Id, one.Protocol, one.Port, sum.Flows, sum.Drops);
            })]);
    }

    /// <summary>Of a target group.</summary>
    public static TargetGroupStats Of(
        IReadOnlyCollection<string> cells, IReadOnlyList<(TargetRow Row, Target Seen)> targets, NodeCounts counts,
        DateTimeOffset at)
    {
        long[] keys = [.. targets.Select(one => CountRows.OfTarget(one.Row.Number))];
        return new TargetGroupStats(
            at, counts.Sum(cells, keys).Flows, counts.Zones(cells, keys),
            [.. targets.Select(one => new TargetStats(
                one.Seen.Id, one.Seen.Address, one.Seen.Port, one.Seen.State,
                counts.Sum(cells, CountRows.OfTarget(one.Row.Number)).Flows))]);
    }
}
