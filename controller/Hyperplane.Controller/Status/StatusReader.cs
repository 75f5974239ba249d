using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Targets;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Status;

/// <summary>
/// Derives a resource's status at the moment it is read, from what was compiled, what nodes report and how targets are.
/// </summary>
internal sealed class StatusReader(Database database, ControllerOptions options)
{
    private const short Halted = (short)RolloutPhase.Halted;

    /// <summary>The cells whose snapshot holds a target group.</summary>
    public static Task<List<string>> CellsOfGroupAsync(HyperplaneDb db, string groupId, CancellationToken cancel) =>
        db.ListenerGroups.Where(use => use.TargetGroupId == groupId && !use.Deleted)
            .Join(
                db.LoadBalancerZones,
                use => use.LoadBalancerId,
                zone => zone.LoadBalancerId,
                (_, zone) => zone.Cell)
            .Distinct().ToListAsync(cancel);

    /// <summary>The status of load balancers whose zones are loaded, by id.</summary>
    public async Task<IReadOnlyDictionary<string, ResourceStatus>> OfLoadBalancersAsync(
        HyperplaneDb db, IReadOnlyList<LoadBalancerRow> rows, CancellationToken cancel)
    {
        string[] ids = [.. rows.Select(row => row.Id)];
        List<ListenerGroupRow> uses = await db.ListenerGroups.AsNoTracking()
            .Where(use => ids.Contains(use.LoadBalancerId) && !use.Deleted).ToListAsync(cancel);
        CellFacts facts = await FactsAsync(db, rows, cancel);
        GroupHealthReader groups = await GroupsAsync(db, uses.Select(use => use.TargetGroupId), cancel);
        return await OfLoadBalancersAsync(db, rows, facts, uses, groups, cancel);
    }

    /// <summary>The status of listeners of one load balancer whose zones are loaded, by id.</summary>
    public async Task<IReadOnlyDictionary<string, ResourceStatus>> OfListenersAsync(
        HyperplaneDb db, LoadBalancerRow owner, IReadOnlyList<ListenerRow> rows, CancellationToken cancel)
    {
        string[] ids = [.. rows.Select(row => row.Id)];
        List<ListenerGroupRow> uses =
            await db.ListenerGroups.AsNoTracking().Where(use => ids.Contains(use.ListenerId)).ToListAsync(cancel);
        CellFacts facts = await FactsAsync(db, [owner], cancel);
        return OfListeners(
            owner, rows, facts, uses, await GroupsAsync(db, uses.Select(use => use.TargetGroupId), cancel));
    }

    /// <summary>The status of a load balancer whose zones are loaded, and of all its listeners with their groups, by
    /// id.</summary>
    public async Task<IReadOnlyDictionary<string, ResourceStatus>> OfTreeAsync(
        HyperplaneDb db, LoadBalancerRow row, IReadOnlyList<ListenerRow> listeners, CancellationToken cancel)
    {
        List<ListenerGroupRow> uses = [.. listeners.SelectMany(listener => listener.Groups)];
        CellFacts facts = await FactsAsync(db, [row], cancel);
        GroupHealthReader groups = await GroupsAsync(db, uses.Select(use => use.TargetGroupId), cancel);
        return new Dictionary<string, ResourceStatus>(
            OfListeners(row, listeners, facts, uses, groups), StringComparer.Ordinal)
        {
            [row.Id] = (await OfLoadBalancersAsync(
                db, [row], facts, uses.FindAll(use => !use.Deleted), groups, cancel))[row.Id],
        };
    }

    /// <summary>The status of target groups, by id.</summary>
    public async Task<IReadOnlyDictionary<string, ResourceStatus>> OfTargetGroupsAsync(
        HyperplaneDb db, IReadOnlyList<TargetGroupRow> rows, CancellationToken cancel)
    {
        string[] ids = [.. rows.Select(row => row.Id)];
        var uses = await db.ListenerGroups.Where(use => ids.Contains(use.TargetGroupId) && !use.Deleted)
            .Join(
                db.LoadBalancerZones,
                use => use.LoadBalancerId,
                zone => zone.LoadBalancerId,
                (use, zone) => new { use.TargetGroupId, zone.Zone, zone.Cell })
            .Distinct().ToListAsync(cancel);
        var placesOf = uses.ToLookup(use => use.TargetGroupId);
        CellFacts facts = await FactsAsync(db, uses.Select(use => use.Cell), ids, cancel);
        GroupHealthReader groups = await GroupsAsync(db, ids, cancel);
        return rows.ToDictionary(
            row => row.Id,
            row => ProvisioningRules.Judge(
                row.Generation,
                deleting: false,
                [.. placesOf[row.Id]
                    .OrderBy(use => use.Zone, StringComparer.Ordinal).ThenBy(use => use.Cell, StringComparer.Ordinal)
                    .Select(use => facts.Of(row.Id, use.Zone, use.Cell))],
                placesOf[row.Id].Any() ? GroupHealth.Sum([groups.Of(row.Id)]) : OperatingStatus.NoTargets));
    }

    /// <summary>Targets with their health, in the order given.</summary>
    public async Task<IReadOnlyList<Target>> OfTargetsAsync(
        HyperplaneDb db, IReadOnlyList<TargetRow> rows, CancellationToken cancel)
    {
        string[] groups = [.. rows.Select(row => row.TargetGroupId).Distinct(StringComparer.Ordinal)];
        HashSet<string> used = await db.ListenerGroups
            .Where(use => groups.Contains(use.TargetGroupId) && !use.Deleted)
            .Select(use => use.TargetGroupId).ToHashSetAsync(cancel);
        Dictionary<string, TargetStateRow> states =
            (await GroupHealthReader.StatesAsync(db, groups, LiveSince, cancel))
                .ToDictionary(state => state.TargetId, StringComparer.Ordinal);
        return
        [
            .. rows.Select(row => HealthRules.View(
                row, used.Contains(row.TargetGroupId), states.GetValueOrDefault(row.Id))),
        ];
    }

    private async Task<IReadOnlyDictionary<string, ResourceStatus>> OfLoadBalancersAsync(
        HyperplaneDb db, IReadOnlyList<LoadBalancerRow> rows, CellFacts facts, List<ListenerGroupRow> uses,
        GroupHealthReader groups, CancellationToken cancel)
    {
        Dictionary<string, OperatingStatus> health = Operating(groups, uses, use => use.LoadBalancerId);
        RoutingReader routing = await RoutingReader.ReadAsync(
            db, uses, groups,
            anyFailed: health.Values.Any(one => one is OperatingStatus.Degraded or OperatingStatus.Down),
            LiveSince, cancel);
        return rows.ToDictionary(
            row => row.Id,
            row =>
            {
                IReadOnlyList<ZoneFacts> zones = facts.Of(row);
                ResourceStatus judged = ProvisioningRules.Judge(
                    row.Generation,
                    row.DeletedAt is not null,
                    zones,
                    health.GetValueOrDefault(row.Id, OperatingStatus.NoTargets));
                return judged with { Conditions = [.. judged.Conditions, .. routing.Of(row, zones)] };
            });
    }

    private static Dictionary<string, ResourceStatus> OfListeners(
        LoadBalancerRow owner, IReadOnlyList<ListenerRow> rows, CellFacts facts, List<ListenerGroupRow> uses,
        GroupHealthReader groups)
    {
        Dictionary<string, OperatingStatus> health = Operating(groups, uses, use => use.ListenerId);
        IReadOnlyList<ZoneFacts> zones = facts.Of(owner);
        return rows.ToDictionary(
            row => row.Id,
            row =>
            {
                ResourceStatus judged = ProvisioningRules.Judge(
                    row.LoadBalancerGeneration,
                    row.DeletedAt is not null,
                    zones,
                    health.GetValueOrDefault(row.Id, OperatingStatus.NoTargets));

                // What counts the load balancer's generations becomes a count of the listener's own.
                bool seen = judged.ObservedGeneration >= row.LoadBalancerGeneration;
                return judged with { ObservedGeneration = seen ? row.Generation : row.Generation - 1 };
            });
    }

    private DateTimeOffset LiveSince => database.Now - options.NodeLiveTime;

    private Task<GroupHealthReader> GroupsAsync(
        HyperplaneDb db, IEnumerable<string> groups, CancellationToken cancel) =>
        GroupHealthReader.ReadAsync(db, [.. groups.Distinct(StringComparer.Ordinal)], LiveSince, cancel);

    private static Dictionary<string, OperatingStatus> Operating(
        GroupHealthReader groups, List<ListenerGroupRow> uses, Func<ListenerGroupRow, string> owner) =>
        uses.GroupBy(owner).ToDictionary(
            owned => owned.Key,
            owned => GroupHealth.Sum(
                owned.Select(use => use.TargetGroupId).Distinct(StringComparer.Ordinal).Select(groups.Of)));

    private Task<CellFacts> FactsAsync(
        HyperplaneDb db, IReadOnlyList<LoadBalancerRow> rows, CancellationToken cancel) =>
        FactsAsync(
            db, rows.SelectMany(row => row.Zones).Select(zone => zone.Cell), [.. rows.Select(row => row.Id)], cancel);

    private async Task<CellFacts> FactsAsync(
        HyperplaneDb db, IEnumerable<string> cells, string[] resources, CancellationToken cancel)
    {
        string[] names = [.. cells.Distinct(StringComparer.Ordinal)];
        if (names.Length == 0)
            return CellFacts.None;
        var nodes = await db.Nodes.AsNoTracking().Where(node => names.Contains(node.Cell))
            .GroupJoin(
                db.NodeReports, node => node.Id, report => report.NodeId, (node, reports) => new { node, reports })
            .SelectMany(pair => pair.reports.DefaultIfEmpty(), (pair, report) => new { pair.node, report })
            .ToListAsync(cancel);
        List<CompiledGenerationRow> compiled = await db.CompiledGenerations.AsNoTracking()
            .Where(row => resources.Contains(row.Resource) && names.Contains(row.Cell)).ToListAsync(cancel);
        List<CellMode> modes = await db.CellVersions.Where(row => names.Contains(row.Cell))
            .Join(db.Cells, row => row.Cell, cell => cell.Name, (row, cell) => new { row, cell.ShardSize })
            .GroupJoin(
                db.Rollouts, pair => pair.row.Cell, rollout => rollout.Cell,
                (pair, rollouts) => new { pair.row, pair.ShardSize, rollouts })
            .SelectMany(all => all.rollouts.DefaultIfEmpty(), (all, rollout) => new CellMode(
                all.row.Cell,
                all.ShardSize,
                all.row.PinnedVersion,
                rollout != null && rollout.Phase == Halted && rollout.Proven < all.row.Turn)).ToListAsync(cancel);
        DateTimeOffset since = LiveSince;
        return new CellFacts(
            nodes.ConvertAll(pair => new NodeFacts(
                pair.node.Id,
                pair.node.Name,
                pair.node.Cell,
                pair.node.Draining,
                pair.report is not null && pair.report.ReportedAt > since,
                pair.report)),
            compiled,
            modes);
    }
}
