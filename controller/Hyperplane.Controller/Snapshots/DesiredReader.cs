using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Tenants;
using Npgsql;
using NpgsqlTypes;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Reads what is wanted of a cell in two round trips, by plain readers: a cell may have a million targets.
/// </summary>
/// <remarks>The caller's transaction must be REPEATABLE READ, or the parts would not belong together.</remarks>
internal static class DesiredReader
{
    private const string CellSql =
        """
        select z.name, z.vip_pool, z.snat_pool, c.ordinal, v.version, v.content_hash,
               z.ipv6_vip_pool, z.ipv6_snat_pool, z.ipv6_probe_pool,
               (select count(*) from cell_changes where cell = $1),
               (select coalesce(sum(id), 0)::bigint from cell_changes where cell = $1),
               array_remove(array[c.tunnel_source_prefix, c.ipv6_tunnel_source_prefix], null),
               array(select prefix from address_pools where zone = c.zone),
               z.max_cells, c.shard_size
        from cells c join zones z on z.name = c.zone join cell_versions v on v.cell = c.name where c.name = $1
        """;

    private const string NodesSql =
        """
        select n.id, n.name, n.address, n.draining,
               array_agg(a.address) filter (where a.kind = 0),
               min(a.address) filter (where a.kind = 1 and family(a.address) = 4),
               n.ipv6_address,
               min(a.address) filter (where a.kind = 1 and family(a.address) = 6)
        from nodes n join node_addresses a on a.node_id = n.id where n.cell = $1 group by n.id
        """;

    private const string VipsSql =
        $"""
        select v.id, z.load_balancer_id, v.address, z.shard, v.announce_alone,
               t.serial, t.new_flows_per_second, t.new_flows_per_second_per_address, t.new_flows_per_second_per_source,
               z.zone is not distinct from lb.shifted_zone, lb.generation, lb.deleted_at is not null,
               case when lb.attributes ->> '{LoadBalancerAttributes.FlowLog}' = 'true' then lb.tenant_id end
        from load_balancer_zones z join load_balancers lb on lb.id = z.load_balancer_id
        join tenants t on t.id = lb.tenant_id
        cross join lateral (values
          (z.vip_id, z.address, z.announce_alone),
          (z.ipv6_vip_id, z.ipv6_address, z.ipv6_announce_alone)) v (id, address, announce_alone)
        where z.cell = $1 and v.address is not null and ($2 is null or lb.id = any($2))
        """;

    private const string ListenersSql =
        $"""
        select l.number, l.load_balancer_id, l.protocol, l.port, l.idle_timeout_seconds,
               array_agg(g.number order by u.position), array_agg(u.weight order by u.position),
               l.allowed_cidrs, l.denied_cidrs,
               coalesce(lb.attributes ->> '{LoadBalancerAttributes.CrossZone}' = 'true', false),
               case when lb.attributes ->> '{LoadBalancerAttributes.FlowLog}' = 'true' then l.id end
        from listeners l
        join load_balancers lb on lb.id = l.load_balancer_id
        join load_balancer_zones z on z.load_balancer_id = l.load_balancer_id
        join listener_groups u on u.listener_id = l.id
        join target_groups g on g.id = u.live_target_group_id
        where z.cell = $1 and ($2 is null or lb.id = any($2)) group by l.id, lb.id
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
                       where z.cell = $1 and ($2 is null or l.live_target_group_id = any($2)))
          and ($2 is null or g.id = any($2))
        """;

    private const string TargetsSql =
        """
        select g.number, t.number, t.address, t.port, t.weight, t.draining_until is not null, t.ending,
               coalesce(t.zone <> $3, false)
        from unnest($1::text[], $2::bigint[]) g (id, number) join targets t on t.target_group_id = g.id
        """;

    private const string TombstonesSql =
        "select address, gone_in_version from vip_addresses where cell = $1 and free_at is not null";

    /// <summary>What is wanted; null when there is no such cell.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="cell">The cell's name.</param>
    /// <param name="part">Of which load balancers and groups; null: of all.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<DesiredRead?> ReadAsync(
        NpgsqlConnection connection, string cell, CellPart? part, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, CellSql, cell);
        Add(batch, NodesSql, cell);
        Add(batch, VipsSql, cell, Only(part?.LoadBalancers));
        Add(batch, ListenersSql, cell, Only(part?.LoadBalancers));
        Add(batch, GroupsSql, cell, Only(part?.Groups));
        Add(batch, TombstonesSql, cell);
        CellDesired desired;
        var held = new Dictionary<string, long>(StringComparer.Ordinal);
        ulong version;
        byte[]? contentHash;
        ChangeMark changes;
        await using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancel))
        {
            if (!await reader.ReadAsync(cancel))
                return null;
            version = (ulong)reader.GetInt64(4);
            contentHash = reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5);
            changes = new ChangeMark(reader.GetInt64(9), reader.GetInt64(10));
            CellDesired bare = ReadCell(reader, cell);
            desired = bare with
            {
                Nodes = await NextAsync(reader, ReadNode, cancel),
                Vips = [.. (await NextAsync(reader, row => ReadVip(row, held), cancel)).OfType<DesiredVip>()],
                Listeners = await NextAsync(reader, ReadListener, cancel),
                Groups = await NextAsync(reader, row => ReadGroup(row, held), cancel),
                Tombstones = await NextAsync(reader, ReadTombstone, cancel),
            };
        }

        desired = desired with { Targets = await ReadTargetsAsync(connection, desired, cancel) };
        return new DesiredRead(desired, version, contentHash, changes, held);
    }

    private static CellDesired ReadCell(NpgsqlDataReader reader, string cell)
    {
        var pools = new CellPools(ReadPrefix(reader, 1), ReadPrefix(reader, 2), reader.GetInt32(3), reader.GetInt32(13))
        {
            Ipv6 = reader.IsDBNull(6)
                ? null
                : new FamilyPools(ReadPrefix(reader, 6), ReadPrefix(reader, 7), ReadPrefix(reader, 8)),
        };
        return new CellDesired(reader.GetString(0), cell, pools, [], [], [], [], [], [])
        {
            TunnelSources = ReadPrefixes(reader, 11),
            AddressPools = ReadPrefixes(reader, 12),
            ShardSize = reader.GetInt32(14),
        };
    }

    private static async Task<IReadOnlyList<DesiredTarget>> ReadTargetsAsync(
        NpgsqlConnection connection, CellDesired desired, CancellationToken cancel)
    {
        if (desired.Groups.Count == 0)
            return [];
        await using var command = new NpgsqlCommand(TargetsSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = desired.Groups.Select(group => group.Id).ToArray() },
                new NpgsqlParameter { Value = desired.Groups.Select(group => (long)group.Number).ToArray() },
                new NpgsqlParameter { Value = desired.Zone },
            },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        return await RowsAsync(reader, ReadTarget, cancel);
    }

    private static void Add(NpgsqlBatch batch, string sql, string cell, params ReadOnlySpan<NpgsqlParameter> others)
    {
        var command = new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter { Value = cell } } };
        foreach (NpgsqlParameter other in others)
            command.Parameters.Add(other);
        batch.BatchCommands.Add(command);
    }

    /// <summary>Ids to ask for, or null for all. The planner knows the value: what asks for all is planned as if there
    /// were no such condition.</summary>
    public static NpgsqlParameter Only(IReadOnlyCollection<string>? ids) => new()
    {
        Value = ids is null ? DBNull.Value : ids.ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private static async Task<List<T>> NextAsync<T>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await reader.NextResultAsync(cancel);
        return await RowsAsync(reader, read, cancel);
    }

    private static async Task<List<T>> RowsAsync<T>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }

    private static DesiredNode ReadNode(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetString(1),
        ReadIp(row, 2),
        [.. row.GetFieldValue<IPAddress[]>(4).Select(Ip.From)],
        ReadIp(row, 5),
        row.GetBoolean(3))
    {
        Ipv6Address = row.IsDBNull(6) ? null : ReadIp(row, 6),
        Ipv6ProbeAddress = row.IsDBNull(7) ? null : ReadIp(row, 7),
    };

    /// <summary>A VIP; null when its load balancer is deleted, which is held none the less: the version without it is
    /// what its deletion waits for.</summary>
    private static DesiredVip? ReadVip(NpgsqlDataReader row, Dictionary<string, long> held)
    {
        string loadBalancer = row.GetString(1);
        held[loadBalancer] = row.GetInt64(10);
        return row.GetBoolean(11)
            ? null
            : new DesiredVip(
                (uint)row.GetInt64(0), loadBalancer, ReadIp(row, 2), row.GetInt32(3), row.GetBoolean(4))
            {
                Tenant = (uint)row.GetInt64(5),
                Withdrawn = row.GetBoolean(9),
                LoggedFor = row.IsDBNull(12) ? null : row.GetString(12),
                Limits = TenantRow.LimitsOf(ReadLimit(row, 6), ReadLimit(row, 7), ReadLimit(row, 8)),
            };
    }

    private static int? ReadLimit(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt32(column);

    private static DesiredListener ReadListener(NpgsqlDataReader row) => new(
        (uint)row.GetInt64(0),
        row.GetString(1),
        (TransportProtocol)row.GetInt16(2),
        row.GetInt32(3),
        [.. row.GetFieldValue<long[]>(5).Select(number => (uint)number)],
        row.GetFieldValue<int[]>(6),
        row.GetInt32(4))
    {
        Allowed = ReadPrefixes(row, 7),
        Denied = ReadPrefixes(row, 8),
        CrossZone = row.GetBoolean(9),
        LoggedAs = row.IsDBNull(10) ? null : row.GetString(10),
    };

    private static DesiredGroup ReadGroup(NpgsqlDataReader row, Dictionary<string, long> held)
    {
        string id = row.GetString(1);
        held[id] = row.GetInt64(12);
        return new DesiredGroup(
            (uint)row.GetInt64(0),
            id,
            new HealthCheckConfig(
                (HealthCheckProtocol)row.GetInt16(2),
                row.IsDBNull(3) ? null : row.GetInt32(3),
                row.IsDBNull(4) ? null : row.GetString(4),
                row.GetInt32(5),
                row.GetInt32(6),
                row.GetInt32(7),
                row.GetInt32(8),
                row.IsDBNull(9) ? null : row.GetString(9)))
        {
            Settings = TargetGroupAttributes.Read(row.GetString(10), (TransportProtocol)row.GetInt16(11)),
        };
    }

    private static DesiredTarget ReadTarget(NpgsqlDataReader row) => new(
        (uint)row.GetInt64(0),
        (uint)row.GetInt64(1),
        ReadIp(row, 2),
        row.GetInt32(3),
        row.GetInt32(4),
        row.GetBoolean(5))
    {
        Ends = row.GetBoolean(6),
        Far = row.GetBoolean(7),
    };

    private static DesiredTombstone ReadTombstone(NpgsqlDataReader row) =>
        new(ReadIp(row, 0), row.IsDBNull(1) ? null : (ulong)row.GetInt64(1));

    private static Ip ReadIp(NpgsqlDataReader row, int column) => Ip.From(row.GetFieldValue<IPAddress>(column));

    private static IpPrefix[] ReadPrefixes(NpgsqlDataReader row, int column) =>
        Array.ConvertAll(row.GetFieldValue<IPNetwork[]>(column), IpPrefix.FromNetwork);

    private static IpPrefix ReadPrefix(NpgsqlDataReader row, int column) =>
        IpPrefix.FromNetwork(row.GetFieldValue<IPNetwork>(column));
}
