using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Targets;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Stats;

/// <summary>Sums what nodes counted. What belongs to whom is asked as the tenant; nodes' rows, which hold all tenants'
/// numbers, are read as the system, and only the tenant's own are looked at.</summary>
internal sealed class StatsReader(Database database, StatusReader status, ControllerOptions options) : IStats
{
    /// <inheritdoc/>
    public async Task<Outcome<LoadBalancerStats>> OfLoadBalancerAsync(
        string tenantId, string id, CancellationToken cancel)
    {
        (LoadBalancerRow? owner, List<ListenerRow> listeners) = await database.RunAsync(
            tenantId,
            async db => (
                await db.LoadBalancers.AsNoTracking().Include(lb => lb.Zones)
                    .SingleOrDefaultAsync(lb => lb.Id == id, cancel),
                await db.Listeners.AsNoTracking().Where(one => one.LoadBalancerId == id && one.DeletedAt == null)
                    .OrderBy(one => one.Serial).ToListAsync(cancel)),
            cancel);
        if (owner is null)
            return Refuse.NotFound<LoadBalancerStats>("load balancer", id);
        string[] cells = [.. owner.Zones.Select(zone => zone.Cell)];
        (List<ZoneStats> zones, Dictionary<long, TrafficSum> counts) = await SumAsync(
            cells, [.. listeners.Select(one => CountRows.OfListener(one.Number))], cancel);
        TrafficSum all = Sum(counts.Values);
        return new Outcome<LoadBalancerStats>.Done(
            new LoadBalancerStats(
                database.Now,
                all.Flows,
                all.Drops,
                zones,
                [.. listeners.Select(one => Of(one, counts.GetValueOrDefault(CountRows.OfListener(one.Number))))]),
            Changed: false);
    }

    /// <inheritdoc/>
    public async Task<Outcome<TargetGroupStats>> OfTargetGroupAsync(
        string tenantId, string id, CancellationToken cancel)
    {
        (bool isThere, List<TargetRow> targets, List<string> cells) = await database.RunAsync(
            tenantId,
            async db => (
                await db.TargetGroups.AnyAsync(group => group.Id == id, cancel),
                await db.Targets.AsNoTracking().Where(one => one.TargetGroupId == id).OrderBy(one => one.Serial)
                    .ToListAsync(cancel),
                await StatusReader.CellsOfGroupAsync(db, id, cancel)),
            cancel);
        if (!isThere)
            return Refuse.NotFound<TargetGroupStats>("target group", id);
        IReadOnlyList<Contracts.Targets.Target> seen = await database.RunAsync(
            tenantId, db => status.OfTargetsAsync(db, targets, cancel), cancel);
        (List<ZoneStats> zones, Dictionary<long, TrafficSum> counts) = await SumAsync(
            [.. cells], [.. targets.Select(one => CountRows.OfTarget(one.Number))], cancel);
        return new Outcome<TargetGroupStats>.Done(
            new TargetGroupStats(
                database.Now,
                Sum(counts.Values).Flows,
                zones,
                [.. targets.Zip(seen, (row, one) => new TargetStats(
                    one.Id, one.Address, one.Port, one.State,
                    counts.GetValueOrDefault(CountRows.OfTarget(row.Number))?.Flows ?? default))]),
            Changed: false);
    }

    private static ListenerStats Of(ListenerRow row, TrafficSum? count) =>
        new(row.Id, row.Protocol, row.Port, count?.Flows ?? default, count?.Drops ?? []);

    private static TrafficSum Sum(IEnumerable<TrafficSum> counts)
    {
        var sum = new TrafficSum();
        foreach (TrafficSum one in counts)
            sum.Add(one);
        return sum;
    }

    private Task<(List<ZoneStats> Zones, Dictionary<long, TrafficSum> Counts)> SumAsync(
        string[] cells, HashSet<long> wanted, CancellationToken cancel) => database.RunAsync(
        null,
        async db =>
        {
            DateTimeOffset liveSince = database.Now - options.NodeLiveTime;
            var nodes = await (
                from node in db.Nodes.AsNoTracking()
                join cell in db.Cells on node.Cell equals cell.Name
                join counted in db.NodeCounters on node.Id equals counted.NodeId
                join report in db.NodeReports on node.Id equals report.NodeId
                where cells.Contains(node.Cell)
                orderby node.Id
                select new { cell.Zone, counted.Counts, counted.Before, IsLive = report.ReportedAt > liveSince })
                .ToListAsync(cancel);
            var counts = new Dictionary<long, TrafficSum>();
            var zones = new SortedDictionary<string, (int Nodes, TrafficSum Sum)>(StringComparer.Ordinal);
            foreach (var node in nodes)
            {
                (int live, TrafficSum zone) = zones.TryGetValue(node.Zone, out (int, TrafficSum) before)
                    ? before
                    : (0, new TrafficSum());
                zones[node.Zone] = (live + (node.IsLive ? 1 : 0), zone);
                foreach ((long key, FlowCount count) in CountRows.Read(node.Before)
                    .Concat(CountRows.Read(node.Counts)).Where(row => wanted.Contains(CountRows.Owner(row.Key))))
                {
                    if (!counts.TryGetValue(CountRows.Owner(key), out TrafficSum? sum))
                        counts[CountRows.Owner(key)] = sum = new TrafficSum();
                    FlowCount seen = node.IsLive ? count : count with { ActiveFlows = 0 };
                    CountRows.Add(key, seen, sum);
                    CountRows.Add(key, seen, zone);
                }
            }

            return (
                zones.Select(zone => new ZoneStats(
                    zone.Key, zone.Value.Nodes, zone.Value.Sum.Flows, zone.Value.Sum.Drops)).ToList(),
                counts);
        },
        cancel);
}
