using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Reads what is wanted of a cell in one round trip, by plain readers: a cell may have a million targets.
/// </summary>
/// <remarks>The caller's transaction must be REPEATABLE READ, or the parts would not belong together.</remarks>
internal static class DesiredReader
{
    private const string CellSql =
        """
        select z.name, z.vip_pool, z.snat_pool, c.ordinal, v.version, v.content_hash,
               (select count(*) from cell_changes where cell = $1),
               (select coalesce(sum(id), 0)::bigint from cell_changes where cell = $1)
        from cells c join zones z on z.name = c.zone join cell_versions v on v.cell = c.name where c.name = $1
        """;

    private const string NodesSql =
        """
        select n.id, n.name, n.address - inet '0.0.0.0', n.draining,
               array_agg(a.address - inet '0.0.0.0') filter (where a.kind = 0),
               min(a.address - inet '0.0.0.0') filter (where a.kind = 1)
        from nodes n join node_addresses a on a.node_id = n.id where n.cell = $1 group by n.id
        """;

    private const string VipsSql =
        """
        select z.vip_id, z.load_balancer_id, z.address - inet '0.0.0.0', z.shard, z.announce_alone
        from load_balancer_zones z join load_balancers lb on lb.id = z.load_balancer_id
        where z.cell = $1 and lb.deleted_at is null
        """;

    private const string ListenersSql =
        """
        select l.number, l.load_balancer_id, l.protocol, l.port, g.number, l.idle_timeout_seconds
        from listeners l
        join load_balancer_zones z on z.load_balancer_id = l.load_balancer_id
        join target_groups g on g.id = l.live_target_group_id
        where z.cell = $1
        """;

    private const string GroupsSql =
        """
        select g.number, g.id, g.health_protocol, g.health_port, g.health_path, g.health_interval_seconds,
               g.health_timeout_seconds, g.healthy_threshold, g.unhealthy_threshold, g.health_matcher
        from target_groups g
        where g.id in (select l.live_target_group_id from listeners l
                       join load_balancer_zones z on z.load_balancer_id = l.load_balancer_id where z.cell = $1)
        """;

    private const string TargetsSql =
        """
        select g.number, t.number, t.address - inet '0.0.0.0', t.port, t.weight, t.draining_until is not null
        from targets t join target_groups g on g.id = t.target_group_id
        where g.id in (select l.live_target_group_id from listeners l
                       join load_balancer_zones z on z.load_balancer_id = l.load_balancer_id where z.cell = $1)
        """;

    private const string TombstonesSql =
        "select address - inet '0.0.0.0', gone_in_version from vip_addresses where cell = $1 and free_at is not null";

    /// <summary>What is wanted; null when there is no such cell.</summary>
    public static async Task<DesiredRead?> ReadAsync(NpgsqlConnection connection, string cell, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (string sql in new[] { CellSql, NodesSql, VipsSql, ListenersSql, GroupsSql, TargetsSql, TombstonesSql })
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter { Value = cell } } });
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        string zone = reader.GetString(0);
        var pools = new CellPools(
            Ipv4Prefix.FromNetwork(reader.GetFieldValue<IPNetwork>(1)),
            Ipv4Prefix.FromNetwork(reader.GetFieldValue<IPNetwork>(2)),
            reader.GetInt32(3));
        ulong version = (ulong)reader.GetInt64(4);
        byte[]? contentHash = reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5);
        var changes = new ChangeMark(reader.GetInt64(6), reader.GetInt64(7));
        var desired = new CellDesired(
            zone,
            cell,
            pools,
            await NextAsync(reader, ReadNode, cancel),
            await NextAsync(reader, ReadVip, cancel),
            await NextAsync(reader, ReadListener, cancel),
            await NextAsync(reader, ReadGroup, cancel),
            await NextAsync(reader, ReadTarget, cancel),
            await NextAsync(reader, ReadTombstone, cancel));
        return new DesiredRead(desired, version, contentHash, changes);
    }

    private static async Task<List<T>> NextAsync<T>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await reader.NextResultAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }

    private static DesiredNode ReadNode(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetString(1),
        (uint)row.GetInt64(2),
        [.. row.GetFieldValue<long[]>(4).Select(address => (uint)address)],
        (uint)row.GetInt64(5),
        row.GetBoolean(3));

    private static DesiredVip ReadVip(NpgsqlDataReader row) =>
        new((uint)row.GetInt64(0), row.GetString(1), (uint)row.GetInt64(2), row.GetInt32(3), row.GetBoolean(4));

    private static DesiredListener ReadListener(NpgsqlDataReader row) => new(
        (uint)row.GetInt64(0),
        row.GetString(1),
        (TransportProtocol)row.GetInt16(2),
        row.GetInt32(3),
        (uint)row.GetInt64(4),
        row.GetInt32(5));

    private static DesiredGroup ReadGroup(NpgsqlDataReader row) => new(
        (uint)row.GetInt64(0),
        row.GetString(1),
        new HealthCheckConfig(
            (HealthCheckProtocol)row.GetInt16(2),
            row.IsDBNull(3) ? null : row.GetInt32(3),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.GetInt32(5),
            row.GetInt32(6),
            row.GetInt32(7),
            row.GetInt32(8),
            row.IsDBNull(9) ? null : row.GetString(9)));

    private static DesiredTarget ReadTarget(NpgsqlDataReader row) => new(
        (uint)row.GetInt64(0),
        (uint)row.GetInt64(1),
        (uint)row.GetInt64(2),
        row.GetInt32(3),
        row.GetInt32(4),
        row.GetBoolean(5));

    private static DesiredTombstone ReadTombstone(NpgsqlDataReader row) =>
        new((uint)row.GetInt64(0), row.IsDBNull(1) ? null : (ulong)row.GetInt64(1));
}
