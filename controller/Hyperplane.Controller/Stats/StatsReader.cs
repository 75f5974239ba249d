using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.Targets;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Stats;

/// <summary>Sums what nodes counted at one load balancer or target group. What belongs to whom is asked as the
/// tenant.</summary>
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
        NodeCounts counts = await NodeCounts.ReadAsync(
            database, StatsShape.Cells(owner), [.. StatsShape.Keys(owner, listeners)],
            options.NodeLiveTime, cancel);
        return new Outcome<LoadBalancerStats>.Done(
            StatsShape.Of(owner, listeners, counts, database.Now), Changed: false);
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
        NodeCounts counts = await NodeCounts.ReadAsync(
            database, [.. cells], [.. targets.Select(one => CountRows.OfTarget(one.Number))], options.NodeLiveTime,
            cancel);
        return new Outcome<TargetGroupStats>.Done(
            StatsShape.Of(cells, [.. targets.Zip(seen)], counts, database.Now), Changed: false);
    }
}
