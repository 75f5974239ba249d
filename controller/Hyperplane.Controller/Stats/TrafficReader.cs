using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Targets;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Stats;

/// <summary>Sums what nodes counted at many things at once: each node's counters are read once, however many load
/// balancers are asked for. What belongs to whom is asked as the tenant.</summary>
internal sealed class TrafficReader(Database database, StatusReader status, ControllerOptions options) : ITraffic
{
    /// <inheritdoc/>
    public async Task<Outcome<TrafficReport>> ReadAsync(
        string tenantId, string? id, TrafficLimits most, CancellationToken cancel)
    {
        Things things = await database.RunAsync(tenantId, db => FindAsync(db, id, most, cancel), cancel);
        if (id is not null && things.Owners.Count == 0)
            return Refuse.NotFound<TrafficReport>("load balancer", id);
        string[] cells =
        [
            .. things.Owners.SelectMany(StatsShape.Cells).Concat(things.CellsOf.SelectMany(group => group))
                .Distinct(StringComparer.Ordinal),
        ];
        ILookup<string, ListenerRow> listenersOf = things.Listeners.ToLookup(one => one.LoadBalancerId);
        NodeCounts counts = await NodeCounts.ReadAsync(
            database,
            cells,
            [
                .. things.Owners.SelectMany(one => StatsShape.Keys(one, listenersOf[one.Id])),
                .. things.Targets.Select(one => CountRows.OfTarget(one.Row.Number)),
            ],
            options.NodeLiveTime,
            cancel);
        DateTimeOffset now = database.Now;
        ILookup<string, (TargetRow, Target)> targetsOf = things.Targets.ToLookup(one => one.Row.TargetGroupId);
        return new Outcome<TrafficReport>.Done(
            new TrafficReport(
                [
                    .. things.Owners.Select(one => new LoadBalancerTraffic(
                        one.Id, one.Name, TagText.Read(one.Tags), things.StatusOf[one.Id].Operating,
                        StatsShape.Of(one, [.. listenersOf[one.Id]], counts, now))),
                ],
                [
                    .. things.Groups.Select(one => new TargetGroupTraffic(
                        one.Id, one.Name, TagText.Read(one.Tags),
                        StatsShape.Of([.. things.CellsOf[one.Id]], [.. targetsOf[one.Id]], counts, now))),
                ],
                things.LeftOutOwners,
                things.LeftOutGroups),
            Changed: false);
    }

    private async Task<Things> FindAsync(
        HyperplaneDb db, string? id, TrafficLimits most, CancellationToken cancel)
    {
        IQueryable<LoadBalancerRow> wanted =
            db.LoadBalancers.AsNoTracking().Where(one => id == null ? one.DeletedAt == null : one.Id == id);
        var owned = await wanted.OrderBy(one => one.Serial)
            .Select(one => new
            {
                one.Id, Listeners = db.Listeners.Count(of => of.LoadBalancerId == one.Id && of.DeletedAt == null),
            })
            .ToListAsync(cancel);
        string[] ids = [.. owned.Take(Math.Min(most.LoadBalancers, Fitting(owned.Select(one => one.Listeners),
            most.Listeners))).Select(one => one.Id)];
        List<LoadBalancerRow> owners = await wanted.Include(one => one.Zones).Where(one => ids.Contains(one.Id))
            .OrderBy(one => one.Serial).ToListAsync(cancel);
        List<ListenerRow> listeners = await db.Listeners.AsNoTracking()
            .Where(one => ids.Contains(one.LoadBalancerId) && one.DeletedAt == null)
            .OrderBy(one => one.Serial).ToListAsync(cancel);
        var used = await db.TargetGroups
            .Where(group => db.ListenerGroups
                .Any(use => use.TargetGroupId == group.Id && ids.Contains(use.LoadBalancerId) && !use.Deleted))
            .OrderBy(group => group.Serial)
            .Select(group => new { group.Id, Targets = db.Targets.Count(one => one.TargetGroupId == group.Id) })
            .ToListAsync(cancel);
        string[] told =
            [.. used.Take(Fitting(used.Select(one => one.Targets), most.Targets)).Select(one => one.Id)];
        List<TargetGroupRow> groups = await db.TargetGroups.AsNoTracking().Where(one => told.Contains(one.Id))
            .OrderBy(one => one.Serial).ToListAsync(cancel);
        List<TargetRow> targets = await db.Targets.AsNoTracking().Where(one => told.Contains(one.TargetGroupId))
            .OrderBy(one => one.Serial).ToListAsync(cancel);
        var cellsOf = await db.ListenerGroups.Where(use => told.Contains(use.TargetGroupId) && !use.Deleted)
            .Join(
                db.LoadBalancerZones,
                use => use.LoadBalancerId,
                zone => zone.LoadBalancerId,
                (use, zone) => new { use.TargetGroupId, zone.Cell })
            .Distinct().ToListAsync(cancel);
        IReadOnlyList<Target> seen = await status.OfTargetsAsync(db, targets, cancel);
        return new Things(
            owners, await status.OfLoadBalancersAsync(db, owners, cancel), listeners, groups,
            [.. targets.Zip(seen)], cellsOf.ToLookup(use => use.TargetGroupId, use => use.Cell),
            owned.Count - owners.Count, used.Count - groups.Count);
    }

    /// <summary>How many from the first on are together no more than that; one at least.</summary>
    private static int Fitting(IEnumerable<int> sizes, int most)
    {
        int count = 0;
        long sum = 0;
        foreach (int size in sizes)
        {
            sum += size;
            if (count > 0 && sum > most)
                break;
            count++;
        }

        return count;
    }

    private sealed record Things(
        List<LoadBalancerRow> Owners,
        IReadOnlyDictionary<string, ResourceStatus> StatusOf,
        List<ListenerRow> Listeners,
        List<TargetGroupRow> Groups,
        List<(TargetRow Row, Target Seen)> Targets,
        ILookup<string, string> CellsOf,
        int LeftOutOwners,
        int LeftOutGroups);
}
