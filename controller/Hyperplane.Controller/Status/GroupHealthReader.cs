using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Status;

/// <summary>What was read of target groups at a glance.</summary>
/// <remarks>
/// Nearly always every live node finds every target healthy. That shows in counts that an index holds, a few for each
/// group; the targets of the other groups are judged one by one.
/// </remarks>
internal sealed class GroupHealthReader
{
    private const short Healthy = 1;
    private readonly Dictionary<string, GroupHealth> _health;

    private GroupHealthReader(ILookup<string, GroupTargetsRow> zones, Dictionary<string, GroupHealth> health)
    {
        Zones = zones;
        _health = health;
    }

    /// <summary>The targets by zone; nothing of a group without targets.</summary>
    public ILookup<string, GroupTargetsRow> Zones { get; }

    /// <summary>How a group's targets are.</summary>
    public GroupHealth Of(string group) => _health.GetValueOrDefault(group);

    /// <summary>Reads what is needed.</summary>
    /// <param name="db">The database as the request sees it.</param>
    /// <param name="groups">Their ids, each once.</param>
    /// <param name="liveSince">Nodes that reported before are not live.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<GroupHealthReader> ReadAsync(
        HyperplaneDb db, string[] groups, DateTimeOffset liveSince, CancellationToken cancel)
    {
        List<GroupTargetsRow> rows = groups.Length == 0
            ? []
            : await db.Database.SqlQuery<GroupTargetsRow>(
                $"""
                select g.id as target_group_id, g.attributes::text as attributes, g.protocol,
                       t.zone, t.taking, t.registered, t.draining, v.least_healthy
                from target_groups g
                cross join lateral (
                  select zone, count(*) filter (where draining_until is null and weight > 0)::int as taking,
                         count(*) filter (where draining_until is null)::int as registered,
                         count(*) filter (where draining_until is not null)::int as draining
                  from targets where target_group_id = g.id group by zone) t
                cross join lateral (
                  select min(n.healthy)::int as least_healthy
                  from (select node_id, count(*) filter (where state = 1) as healthy
                        from target_votes where target_group_id = g.id group by node_id) n
                  join node_reports r on r.node_id = n.node_id where r.reported_at > {liveSince}) v
                where g.id = any({groups})
                """).ToListAsync(cancel);
        ILookup<string, GroupTargetsRow> zones = rows.ToLookup(row => row.TargetGroupId);
        var health = new Dictionary<string, GroupHealth>(groups.Length, StringComparer.Ordinal);
        var doubtful = new List<string>();
        foreach (IGrouping<string, GroupTargetsRow> group in zones)
        {
            int all = group.Sum(row => row.Registered);
            health[group.Key] = new GroupHealth(all, all);
            if (group.Any(row => row.Draining > 0 || row.LeastHealthy != all))
                doubtful.Add(group.Key);
        }

        foreach (IGrouping<string, TargetStateRow> group in
            (await StatesAsync(db, [.. doubtful], liveSince, cancel)).GroupBy(target => target.TargetGroupId))
            health[group.Key] = new GroupHealth(
                group.Count(target => !target.Draining),
                group.Count(target => !target.Draining && target.State == Healthy));
        return new GroupHealthReader(zones, health);
    }

    /// <summary>What the nodes make of each target of some groups.</summary>
    public static async Task<List<TargetStateRow>> StatesAsync(
        HyperplaneDb db, string[] groups, DateTimeOffset liveSince, CancellationToken cancel) =>
        groups.Length == 0
            ? []
            : await db.Database.SqlQuery<TargetStateRow>(
                $"""
                select s.target_id, s.target_group_id, s.state, s.reason, s.detail, s.healthy_nodes, s.voting_nodes,
                       t.draining_until is not null as draining
                from target_states({groups}, {liveSince}) s join targets t on t.id = s.target_id
                """).ToListAsync(cancel);
}
