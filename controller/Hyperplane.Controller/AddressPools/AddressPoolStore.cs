using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.AddressPools;

/// <summary>Address pools in the database. Writes are rare and wait for each other, as those of zones do.</summary>
internal sealed class AddressPoolStore(Session session) : IAddressPools
{
    // Each is an own prefix of every node of the zone, which has at most 1,024.
    private const int MaxPerZone = 64;
    private const int ShortestLength = 8;
    private const int ShortestIpv6Length = 16;

    /// <inheritdoc/>
    public Task<Outcome<AddressPool>> PutAsync(AddressPool pool, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        Rules.PlaceName(errors, pool.Name, "/name");
        if (!Enum.IsDefined(pool.Kind))
            errors.Add(Rules.Invalid("/kind", "elastic or internal is allowed."));
        IpPrefix? prefix = ReadPrefix(pool.Prefix, errors);
        if (prefix is null || errors.Count > 0)
            return Task.FromResult<Outcome<AddressPool>>(Refuse.All<AddressPool>(errors));
        return session.WriteAsync<AddressPool>(
            null, db => PutAsync(db, pool, prefix.Value, cancel), cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome<AddressPool>> GetAsync(string name, CancellationToken cancel) =>
        session.RunAsync<Outcome<AddressPool>>(
            null,
            async db =>
                await db.AddressPools.AsNoTracking().SingleOrDefaultAsync(pool => pool.Name == name, cancel) is { } row
                ? new Outcome<AddressPool>.Done(await ViewAsync(db, row, cancel), Changed: false)
                : Refuse.NotFound<AddressPool>("address pool", name),
            cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AddressPool>> ListAsync(CancellationToken cancel) =>
        session.RunAsync<IReadOnlyList<AddressPool>>(
            null,
            async db =>
            {
                var pools = new List<AddressPool>();
                foreach (AddressPoolRow row in await db.AddressPools.AsNoTracking().OrderBy(pool => pool.Name)
                    .ToListAsync(cancel))
                    pools.Add(await ViewAsync(db, row, cancel));
                return pools;
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<AddressPool>> DeleteAsync(string name, CancellationToken cancel) =>
        session.WriteAsync<AddressPool>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                AddressPoolRow? row = await db.AddressPools.SingleOrDefaultAsync(pool => pool.Name == name, cancel);
                if (row is null)
                    return Refuse.NotFound<AddressPool>("address pool", name);
                await PoolSpace.LockAsync(db, row.Zone, cancel);
                AddressPool last = await ViewAsync(db, row, cancel);
                if (last.Used > 0)
                    return InUse(row, last.Used);
                db.AddressPools.Remove(row);
                await ToldAsync(db, "deleted", row, cancel);
                return new Outcome<AddressPool>.Done(last, Changed: true);
            },
            cancel);

    private async Task<Outcome<AddressPool>> PutAsync(
        HyperplaneDb db, AddressPool pool, IpPrefix prefix, CancellationToken cancel)
    {
        await Topology.LockAsync(db, cancel);
        List<AddressPoolRow> pools = await db.AddressPools.ToListAsync(cancel);
        AddressPoolRow? row = pools.Find(one => one.Name == pool.Name);
        if (row is not null && (row.Zone != pool.Zone || row.Kind != pool.Kind))
            return Refuse.With<AddressPool>(
                RefusalKind.Conflict, "name_in_use",
                $"The address pool {pool.Name} exists, {Text(row.Kind)} in zone {row.Zone}; only its prefix can be "
                + "changed.");
        if (row is not null && IpPrefix.FromNetwork(row.Prefix) == prefix)
            return new Outcome<AddressPool>.Done(await ViewAsync(db, row, cancel), Changed: false);
        List<FieldError> errors = await FaultsAsync(db, pool.Zone, prefix, pools.Where(one => one != row), cancel);
        if (errors.Count > 0)
            return Refuse.All<AddressPool>(errors);
        if (row is null && pools.Count(one => one.Zone == pool.Zone) >= MaxPerZone)
            return Refuse.With<AddressPool>(
                RefusalKind.Conflict, "resource_in_use",
                $"The zone {pool.Zone} has {MaxPerZone} address pools, the most a zone can have.");
        await PoolSpace.LockAsync(db, pool.Zone, cancel);
        if (row is not null && await UsedAsync(db, row.Prefix, prefix.ToNetwork(), cancel) is > 0 and long outside)
            return InUse(row, outside);
        bool isNew = row is null;
        row ??= db.AddressPools.Add(new AddressPoolRow
        {
            Name = pool.Name,
            Zone = pool.Zone,
            Kind = pool.Kind,
            CreatedAt = session.Now,
        }).Entity;
        row.Prefix = prefix.ToNetwork();
        await ToldAsync(db, isNew ? "created" : "changed", row, cancel);
        return new Outcome<AddressPool>.Done(await ViewAsync(db, row, cancel), isNew);
    }

    private async Task ToldAsync(HyperplaneDb db, string what, AddressPoolRow row, CancellationToken cancel)
    {
        db.Record(session.Now, null, $"address_pool.{what}", row.Name);
        db.Touch(
            session.Now,
            await db.Cells.Where(cell => cell.Zone == row.Zone).Select(cell => cell.Name).ToListAsync(cancel));
    }

    private static async Task<List<FieldError>> FaultsAsync(
        HyperplaneDb db, string zone, IpPrefix prefix, IEnumerable<AddressPoolRow> others, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        List<ZoneRow> zones = await db.Zones.AsNoTracking().ToListAsync(cancel);
        ZoneRow? home = zones.Find(one => one.Name == zone);
        if (home is null)
            errors.Add(Rules.UnknownZone("/zone", zone, zones.Select(one => one.Name)));
        else if (!prefix.First.IsIpv4 && home.Ipv6VipPool is null)
            errors.Add(new FieldError("/prefix", "no_ipv6", $"Zone {zone} has no IPv6 pools; add them first."));
        List<CellRow> cells = await db.Cells.AsNoTracking().ToListAsync(cancel);
        List<NodeRow> nodes = await db.Nodes.AsNoTracking().ToListAsync(cancel);
        string? whose =
            zones.Find(one => ZonePools.Of(one).Overlaps(prefix)) is { } pools ? $"a pool of zone {pools.Name}"
            : others.FirstOrDefault(one => IpPrefix.FromNetwork(one.Prefix).Overlaps(prefix)) is { } other
            ? $"address pool {other.Name}"
            : cells.Find(one => CellTunnels.Of(one).Prefixes.Any(prefix.Overlaps)) is { } cell
            ? $"the tunnel sources of cell {cell.Name}"
            : nodes.Find(one => prefix.Contains(Ip.From(one.Address))
                || (one.Ipv6Address is { } ipv6 && prefix.Contains(Ip.From(ipv6)))) is { } node
            ? $"the address of node {node.Cell}/{node.Name}"
            : null;
        if (whose is not null)
            errors.Add(new FieldError("/prefix", "address_in_use", $"It overlaps {whose}."));
        return errors;
    }

    private static async Task<AddressPool> ViewAsync(HyperplaneDb db, AddressPoolRow row, CancellationToken cancel) =>
        new(row.Name, row.Zone, row.Prefix.ToString(), row.Kind)
        {
            Used = await UsedAsync(db, row.Prefix, outside: null, cancel),
        };

    /// <summary>How many addresses of a pool are taken; only those outside another prefix where one is given.</summary>
    private static async Task<long> UsedAsync(
        HyperplaneDb db, IPNetwork pool, IPNetwork? outside, CancellationToken cancel) =>
        (await db.Database.SqlQuery<long>(
            $"""
            select count(*) as "Value" from vip_addresses
            where address <<= {pool} and ({outside}::cidr is null or not address <<= {outside}::cidr)
            """).ToListAsync(cancel))[0];

    private static IpPrefix? ReadPrefix(string? text, List<FieldError> errors)
    {
        if (IpPrefix.TryParse(text, out IpPrefix prefix)
            && prefix.Length >= (prefix.First.IsIpv4 ? ShortestLength : ShortestIpv6Length)
            && prefix.First.IsHost
            && prefix.Last.IsHost)
            return prefix;
        errors.Add(Rules.Invalid(
            "/prefix",
            $"An IPv4 prefix of /{ShortestLength} to /32 or an IPv6 one of /{ShortestIpv6Length} to /128 is allowed, "
            + "with no host bit set."));
        return null;
    }

    private static Outcome<AddressPool>.Refused InUse(AddressPoolRow row, long used) => Refuse.With<AddressPool>(
        RefusalKind.Conflict, "resource_in_use",
        $"{used} addresses of {row.Name} would be left outside that are in use or in quarantine.");

    private static string Text(AddressPoolKind kind) => kind == AddressPoolKind.Elastic ? "elastic" : "internal";
}
