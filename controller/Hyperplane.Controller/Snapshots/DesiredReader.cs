using Hyperplane.Controller.LoadBalancers;
using Npgsql;
using NpgsqlTypes;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Reads what is wanted of cells in two round trips, by plain readers: a region may have a million targets.
/// </summary>
/// <remarks>The caller's transaction must be REPEATABLE READ, or the parts would not belong together.</remarks>
internal static class DesiredReader
{
    // Of more groups the targets are read with all others: one pass over the table.
    private const int MostAskedFor = 20_000;

    private const string CellsSql =
        """
        select z.name, z.vip_pool, z.snat_pool, c.ordinal, v.version, v.content_hash,
               z.ipv6_vip_pool, z.ipv6_snat_pool, z.ipv6_probe_pool,
               (select count(*) from cell_changes where cell = c.name),
               (select coalesce(sum(id), 0)::bigint from cell_changes where cell = c.name),
               array_remove(array[c.tunnel_source_prefix, c.ipv6_tunnel_source_prefix], null),
               array(select prefix from address_pools where zone = c.zone),
               z.max_cells, c.shard_size, c.name
        from cells c join zones z on z.name = c.zone join cell_versions v on v.cell = c.name where c.name = any($1)
        """;

    private const string NodesSql =
        """
        select n.id, n.name, n.address, n.draining,
               array_agg(a.address) filter (where a.kind = 0),
               min(a.address) filter (where a.kind = 1 and family(a.address) = 4),
               n.ipv6_address,
               min(a.address) filter (where a.kind = 1 and family(a.address) = 6),
               n.cell
        from nodes n join node_addresses a on a.node_id = n.id where n.cell = any($1) group by n.id
        """;

    private const string VipsSql =
        $"""
        select v.id, z.load_balancer_id, v.address, z.shard, v.announce_alone,
               t.serial, t.new_flows_per_second, t.new_flows_per_second_per_address, t.new_flows_per_second_per_source,
               z.zone is not distinct from lb.shifted_zone, lb.generation, lb.deleted_at is not null, z.cell,
               coalesce(lb.attributes ->> '{LoadBalancerAttributes.CrossZone}' = 'true', false),
               case when lb.attributes ->> '{LoadBalancerAttributes.FlowLog}' = 'true' then lb.tenant_id end
        from load_balancer_zones z join load_balancers lb on lb.id = z.load_balancer_id
        join tenants t on t.id = lb.tenant_id
        cross join lateral (values
          (z.vip_id, z.address, z.announce_alone),
          (z.ipv6_vip_id, z.ipv6_address, z.ipv6_announce_alone)) v (id, address, announce_alone)
        where z.cell = any($1) and v.address is not null and ($2 is null or lb.id = any($2))
        """;

    private const string ListenersSql =
        """
        select l.number, l.load_balancer_id, l.protocol, l.port, l.idle_timeout_seconds,
               nullif(l.allowed_cidrs, '{}'), nullif(l.denied_cidrs, '{}'), l.id
        from listeners l
        where l.load_balancer_id in (select load_balancer_id from load_balancer_zones where cell = any($1))
          and ($2 is null or l.load_balancer_id = any($2))
        """;

    private const string SharesSql =
        """
        select u.listener_id, u.live_target_group_id, u.weight, u.position
        from listener_groups u
        where u.live_target_group_id is not null
          and u.load_balancer_id in (select load_balancer_id from load_balancer_zones where cell = any($1))
          and ($2 is null or u.load_balancer_id = any($2))
        """;

    // The inner condition is for the planner, who would else look for the groups of the whole cell.
    private const string GroupsSql =
        """
        select g.number, g.id, g.health_protocol, g.health_port, g.health_path, g.health_interval_seconds,
               g.health_timeout_seconds, g.healthy_threshold, g.unhealthy_threshold, g.health_matcher,
               g.attributes, g.protocol, g.generation
        from target_groups g
        where g.id in (select l.live_target_group_id from listener_groups l
                       join load_balancer_zones z on z.load_balancer_id = l.load_balancer_id
                       where z.cell = any($1) and ($2 is null or l.live_target_group_id = any($2)))
          and ($2 is null or g.id = any($2))
        """;

    private const string TombstonesSql =
        "select address, gone_in_version, cell from vip_addresses where cell = any($1) and free_at is not null";

    /// <summary>What is wanted, by cell; those that are not there are left out.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="cells">The cells' names.</param>
    /// <param name="part">Of which load balancers and groups, when it is one cell; null: of all.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<Dictionary<string, DesiredRead>> ReadAsync(
        NpgsqlConnection connection, string[] cells, CellPart? part, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (string sql in new[] { CellsSql, NodesSql, TombstonesSql })
            Add(batch, sql, cells);
        foreach (string sql in new[] { VipsSql, ListenersSql, SharesSql })
            Add(batch, sql, cells, Only(part?.LoadBalancers));
        Add(batch, GroupsSql, cells, Only(part?.Groups));
        var rows = new DesiredRows();
        await using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancel))
        {
            await EachAsync(reader, rows.TakeCell, cancel);
            foreach (Action<NpgsqlDataReader> take in new Action<NpgsqlDataReader>[]
            {
                rows.TakeNode, rows.TakeTombstone, rows.TakeVip, rows.TakeListener, rows.TakeShare, rows.TakeGroup,
            })
            {
                await reader.NextResultAsync(cancel);
                await EachAsync(reader, take, cancel);
            }
        }

        string[]? groups = rows.Groups.Count > MostAskedFor ? null : [.. rows.Groups];
        return rows.Finish(await TargetPacks.ReadAsync(connection, groups, cancel));
    }

    /// <summary>Ids to ask for, or null for all. The planner knows the value: what asks for all is planned as if there
    /// were no such condition.</summary>
    public static NpgsqlParameter Only(IReadOnlyCollection<string>? ids) => new()
    {
        Value = ids is null ? DBNull.Value : ids.ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private static void Add(NpgsqlBatch batch, string sql, string[] cells, params ReadOnlySpan<NpgsqlParameter> others)
    {
        var command = new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter { Value = cells } } };
        foreach (NpgsqlParameter other in others)
            command.Parameters.Add(other);
        batch.BatchCommands.Add(command);
    }

    private static async Task EachAsync(
        NpgsqlDataReader reader, Action<NpgsqlDataReader> take, CancellationToken cancel)
    {
        while (await reader.ReadAsync(cancel))
            take(reader);
    }
}
