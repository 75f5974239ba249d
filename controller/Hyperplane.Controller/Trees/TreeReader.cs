using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Trees;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Targets;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Trees;

/// <summary>Reads trees in a fixed number of queries, however many branches they have; quotas bound those.</summary>
internal sealed class TreeReader(Database database, StatusReader status) : ITrees
{
    /// <inheritdoc/>
    public Task<Outcome<LoadBalancerTree>> OfLoadBalancerAsync(string tenantId, string id, CancellationToken cancel) =>
        database.RunAsync<Outcome<LoadBalancerTree>>(
            tenantId,
            async db => await db.LoadBalancers.AsNoTracking().Include(lb => lb.Zones)
                .SingleOrDefaultAsync(lb => lb.Id == id, cancel) is { } row
                ? new Outcome<LoadBalancerTree>.Done(await ReadAsync(db, row, cancel), Changed: false)
                : Refuse.NotFound<LoadBalancerTree>("load balancer", id),
            cancel);

    private async Task<LoadBalancerTree> ReadAsync(HyperplaneDb db, LoadBalancerRow row, CancellationToken cancel)
    {
        List<ListenerRow> listeners = await db.Listeners.AsNoTracking().Include(listener => listener.Groups)
            .Where(listener => listener.LoadBalancerId == row.Id).OrderBy(listener => listener.Serial)
            .ToListAsync(cancel);
        IReadOnlyDictionary<string, ResourceStatus> states = await status.OfTreeAsync(db, row, listeners, cancel);
        string[] groups = [.. listeners.SelectMany(listener => listener.Groups).Select(use => use.TargetGroupId)];
        return new LoadBalancerTree(
            row.Id,
            row.Name,
            row.Generation,
            states[row.Id],
            [.. listeners.Select(listener => Branch(listener, states[listener.Id]))],
            await GroupsAsync(db, groups, cancel));
    }

    private async Task<IReadOnlyList<TargetGroupBranch>> GroupsAsync(
        HyperplaneDb db, string[] ids, CancellationToken cancel)
    {
        List<TargetGroupRow> groups = await db.TargetGroups.AsNoTracking().Where(group => ids.Contains(group.Id))
            .OrderBy(group => group.Serial).ToListAsync(cancel);
        List<TargetRow> targets = await db.Targets.AsNoTracking()
            .Where(target => ids.Contains(target.TargetGroupId)).OrderBy(target => target.Serial).ToListAsync(cancel);
        IReadOnlyDictionary<string, ResourceStatus> ofGroups = await status.OfTargetGroupsAsync(db, groups, cancel);
        ILookup<string, Target> ofTargets = (await status.OfTargetsAsync(db, targets, cancel))
            .ToLookup(target => target.TargetGroupId);
        return
        [
            .. groups.Select(group => new TargetGroupBranch(
                group.Id, group.Name, group.Generation, ofGroups[group.Id], [.. ofTargets[group.Id]])),
        ];
    }

    private static ListenerBranch Branch(ListenerRow row, ResourceStatus status) => new(
        row.Id, row.Protocol, row.Port, row.Generation, status,
        [
            .. row.Groups.OrderBy(use => use.Position)
                .Select(use => new TargetGroupShare(use.TargetGroupId, use.Weight)),
        ]);
}
