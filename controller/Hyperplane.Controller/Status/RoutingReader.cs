using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Status;

/// <summary>What was read of the target groups of some load balancers, to tell where their new flows go.</summary>
internal sealed class RoutingReader
{
    private static readonly ILookup<string, FailedTargetsRow> NoneFailed =
        Array.Empty<FailedTargetsRow>().ToLookup(row => row.TargetGroupId);

    private readonly ILookup<string, string> _groupsOf;
    private readonly Dictionary<string, RoutedGroup> _groups;
    private readonly ILookup<string, FailedTargetsRow> _failed;

    private RoutingReader(
        List<ListenerGroupRow> uses, Dictionary<string, RoutedGroup> groups, ILookup<string, FailedTargetsRow> failed)
    {
        _groupsOf = uses.ToLookup(use => use.LoadBalancerId, use => use.TargetGroupId);
        _groups = groups;
        _failed = failed;
    }

    /// <summary>Reads what is needed.</summary>
    /// <param name="db">The database as the request sees it.</param>
    /// <param name="uses">Which load balancers use which groups.</param>
    /// <param name="health">What was read of those groups.</param>
    /// <param name="anyFailed">Whether any of their targets has failed; else none is asked for.</param>
    /// <param name="liveSince">Nodes that reported before are not live.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<RoutingReader> ReadAsync(
        HyperplaneDb db, List<ListenerGroupRow> uses, GroupHealthReader health, bool anyFailed,
        DateTimeOffset liveSince, CancellationToken cancel)
    {
        List<ListenerGroupRow> taking = uses.FindAll(use => use.Weight > 0);
        Dictionary<string, RoutedGroup> routed = taking.Select(use => use.TargetGroupId)
            .Distinct(StringComparer.Ordinal)
            .Select(id => (Id: id, Zones: health.Zones[id].Where(row => row.Taking > 0).ToList()))
            .Where(group => group.Zones.Count > 0)
            .ToDictionary(group => group.Id, group => new RoutedGroup(group.Id, group.Zones), StringComparer.Ordinal);
        string[] groups = [.. routed.Keys];
        List<FailedTargetsRow> failed = !anyFailed || groups.Length == 0
            ? []
            : await db.Database.SqlQuery<FailedTargetsRow>(
                $"""
                select t.target_group_id, v.node_id, count(*)::int as failed,
                       (count(*) filter (where t.zone is null or t.zone = c.zone))::int as near_failed
                from targets t join target_votes v on v.target_number = t.number
                join node_reports r on r.node_id = v.node_id join cells c on c.name = v.cell
                where t.target_group_id = any({groups}) and t.draining_until is null and t.weight > 0
                  and v.state in (2, 5) and r.reported_at > {liveSince}
                group by t.target_group_id, v.node_id
                """).ToListAsync(cancel);
        return new RoutingReader(taking, routed, failed.ToLookup(row => row.TargetGroupId));
    }

    /// <summary>Where the new flows of a load balancer go, zone by zone, where that is not as usual.</summary>
    public IEnumerable<Condition> Of(LoadBalancerRow row, IReadOnlyList<ZoneFacts> zones)
    {
        RoutedGroup[] groups =
        [
            .. _groupsOf[row.Id].Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(id => _groups.GetValueOrDefault(id)).OfType<RoutedGroup>(),
        ];
        bool crossZone = LoadBalancerAttributes.IsCrossZone(TagText.Read(row.Attributes));
        return groups.Length == 0 || row.DeletedAt is not null
            ? []
            : zones.SelectMany(zone => RoutingRules.Judge(zone, groups, crossZone, _failed));
    }
}
