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
        (List<ZoneStats> zones, Dictionary<long, FlowCount> counts) = await SumAsync(
            cells, [.. listeners.Select(one => CountRows.OfListener(one.Number))], cancel);
        return new Outcome<LoadBalancerStats>.Done(
            new LoadBalancerStats(
                database.Now,
                Sum(counts.Values),
                zones,
                [.. listeners.Select(one => new ListenerStats(
                    one.Id, one.Protocol, one.Port, counts.GetValueOrDefault(CountRows.OfListener(one.Number))))]),
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
        (List<ZoneStats> zones, Dictionary<long, FlowCount> counts) = await SumAsync(
            [.. cells], [.. targets.Select(one => CountRows.OfTarget(one.Number))], cancel);
        return new Outcome<TargetGroupStats>.Done(
            new TargetGroupStats(
                database.Now,
                Sum(counts.Values),
                zones,
                [.. targets.Zip(seen, (row, one) => new TargetStats(
                    one.Id, one.Address, one.Port, one.State,
                    counts.GetValueOrDefault(CountRows.OfTarget(row.Number))))]),
            Changed: false);
    }

    private static FlowCount Sum(IEnumerable<FlowCount> counts) =>
        counts.Aggregate(default(FlowCount), static (sum, one) => sum + one);

    private Task<(List<ZoneStats> Zones, Dictionary<long, FlowCount> Counts)> SumAsync(
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
            var counts = new Dictionary<long, FlowCount>();
            var zones = new SortedDictionary<string, ZoneStats>(StringComparer.Ordinal);
            foreach (var node in nodes)
            {
                FlowCount ofNode = default;
                foreach ((long key, FlowCount count) in CountRows.Read(node.Before)
                    .Concat(CountRows.Read(node.Counts)).Where(row => wanted.Contains(row.Key)))
                {
                    FlowCount seen = node.IsLive ? count : count with { ActiveFlows = 0 };
                    counts[key] = counts.GetValueOrDefault(key) + seen;
                    ofNode += seen;
                }

                ZoneStats before = zones.GetValueOrDefault(node.Zone) ?? new ZoneStats(node.Zone, 0, default);
                zones[node.Zone] = new ZoneStats(
                    node.Zone, before.Nodes + (node.IsLive ? 1 : 0), before.Flows + ofNode);
            }

            return (zones.Values.ToList(), counts);
        },
        cancel);
}
