using System.Net;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Store;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Takes over from nodes what a store that was restored from an old copy lost.</summary>
/// <remarks>
/// Only in a cell that was found restored. Addresses are taken as those of load balancers are, so nobody else gets
/// them; numbers are never given twice: counters jump above those that nodes use, and who got one meanwhile gets
/// another.
/// </remarks>
internal sealed class KeptVipStore(Database database)
{
    private const int Most = 65_536;

    private const string RestoredSql =
        """
        select c.zone from cell_versions v join cells c on c.name = v.cell
        where v.cell = $1 and v.restored_at is not null
        """;

    private const string VipsSql =
        """
        with added as (
          insert into kept_vips (cell, address, version, vip)
          select $1, address, $2, vip from unnest($3::inet[], $4::bytea[]) v (address, vip)
          on conflict (cell, address) do update set version = excluded.version, vip = excluded.vip
          where kept_vips.version < excluded.version
          returning address
        ), reserved as (
          insert into vip_addresses (address, zone, cell, announce_alone)
          select a.address, $5, $1, v.alone
          from added a join unnest($3::inet[], $6::boolean[]) v (address, alone) on v.address = a.address
          on conflict (address) do update set free_at = null, gone_in_version = null
          where vip_addresses.free_at is not null
        )
        select count(*) from added
        """;

    private const string GroupsSql =
        """
        insert into kept_groups (cell, number, version, target_group)
        select $1, number, $2, body from unnest($3::bigint[], $4::bytea[]) g (number, body)
        on conflict (cell, number) do update set version = excluded.version, target_group = excluded.target_group
        where kept_groups.version < excluded.version
        """;

    private const string CounterSql =
        "select setval($1::text::regclass, greatest($2, nextval($1::text::regclass)))";

    private const string VipNumbersSql =
        """
        update load_balancer_zones z set vip_id = nextval('vip_ids'), ipv6_vip_id = nextval('vip_ids')
        where exists (select 1 from unnest($1::bigint[], $2::text[]) k (id, owner)
                      where k.id in (z.vip_id, z.ipv6_vip_id) and k.owner <> z.load_balancer_id)
        """;

    private const string ListenerNumbersSql =
        """
        update listeners l set number = nextval('listener_numbers')
        where exists (select 1 from unnest($1::bigint[], $2::text[]) k (id, owner)
                      where k.id between l.number and l.number + 3 and k.owner <> l.load_balancer_id)
        """;

    private const string GroupNumbersSql =
        """
        update target_groups g set number = nextval('target_group_numbers')
        where exists (select 1 from unnest($1::bigint[], $2::text[]) k (id, owner)
                      where k.id = g.number and k.owner <> g.id)
        """;

    private const string TargetNumbersSql =
        """
        with taken as (
          select t.number from targets t join unnest($1::bigint[], $2::text[]) k (id, owner)
            on k.id = t.number and k.owner <> t.target_group_id
        ), forgotten as (
          delete from target_votes v using taken where v.target_number = taken.number
        )
        update targets t set number = nextval('target_numbers') from taken where taken.number = t.number
        """;

    /// <summary>Takes them; true when there was something new. What cannot be is left out.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="version">The version that the node runs them in.</param>
    /// <param name="vips">What it serves.</param>
    /// <param name="groups">Where the flows go.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<bool> TakeAsync(
        string cell, ulong version, IReadOnlyList<Vip> vips, IReadOnlyList<TargetGroup> groups,
        CancellationToken cancel)
    {
        Vip[] sound = [.. vips.Where(vip => vip.Address.Length is 4 or 16).DistinctBy(vip => vip.Address).Take(Most)];
        if (sound.Length == 0)
            return false;
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, "select set_config('role', 'hyperplane_system', true)", cancel);
        await RunAsync(connection, "select pg_advisory_xact_lock(hashtextextended($1, 0))", cancel, $"kept/{cell}");
        if (await RunAsync(connection, RestoredSql, cancel, cell) is not string zone)
            return false;
        IPAddress[] addresses = [.. sound.Select(vip => new IPAddress(vip.Address.Span))];
        object? added = await RunAsync(
            connection, VipsSql, cancel, cell, (long)version, addresses, Bytes(sound), zone,
            sound.Select(vip => vip.AnnounceAlone).ToArray());
        if (added is not > 0L)
            return false;
        await RunAsync(
            connection, GroupsSql, cancel, cell, (long)version, groups.Select(group => (long)group.Id).ToArray(),
            Bytes(groups));
        await RenumberAsync(connection, sound, groups, cancel);
        await RunAsync(
            connection, "insert into cell_changes (cell, at) values ($1, $2)", cancel, cell, database.Now);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static async Task RenumberAsync(
        NpgsqlConnection connection, Vip[] vips, IReadOnlyList<TargetGroup> groups, CancellationToken cancel)
    {
        (string Counter, string Sql, (long Id, string Owner)[] Used)[] kinds =
        [
            ("vip_ids", VipNumbersSql, [.. vips.Select(vip => ((long)vip.Id, vip.LoadBalancer))]),
            ("listener_numbers", ListenerNumbersSql,
                [.. vips.SelectMany(vip => vip.Listeners.Select(one => ((long)one.Id, vip.LoadBalancer)))]),
            ("target_group_numbers", GroupNumbersSql, [.. groups.Select(group => ((long)group.Id, group.Name))]),
            ("target_numbers", TargetNumbersSql,
                [.. groups.SelectMany(group => group.Targets.Select(one => ((long)one.Id, group.Name)))]),
        ];
        foreach ((string counter, string sql, (long Id, string Owner)[] used) in kinds)
        {
            if (used.Length == 0)
                continue;
            await RunAsync(connection, CounterSql, cancel, counter, used.Max(one => one.Id));
            await RunAsync(
                connection, sql, cancel, used.Select(one => one.Id).ToArray(),
                used.Select(one => one.Owner).ToArray());
        }
    }

    private static byte[][] Bytes(IEnumerable<IMessage> messages) => [.. messages.Select(one => one.ToByteArray())];

    private static async Task<object?> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(cancel);
    }
}
