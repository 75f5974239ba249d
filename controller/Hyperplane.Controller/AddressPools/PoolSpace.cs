using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.AddressPools;

/// <summary>The address pools of one kind and family in a zone, as one space to take addresses of.</summary>
/// <param name="Pools">In order of their names; none when the zone has none.</param>
internal sealed record PoolSpace(IReadOnlyList<IpPrefix> Pools)
{
    // A smaller pool has no address that a person would take for a network or a broadcast.
    private const int FewAddresses = 4;

    /// <summary>Those of a zone among all.</summary>
    public static PoolSpace Of(
        IEnumerable<AddressPoolRow> pools, string zone, AddressPoolKind kind, bool isIpv4) => new(
    [
        .. pools.Where(pool => pool.Zone == zone && pool.Kind == kind)
            .OrderBy(pool => pool.Name, StringComparer.Ordinal)
            .Select(pool => IpPrefix.FromNetwork(pool.Prefix)).Where(prefix => prefix.First.IsIpv4 == isIpv4),
    ]);

    /// <summary>One at a time takes addresses of a zone's pools, or changes the pools; until the transaction
    /// ends.</summary>
    public static Task LockAsync(HyperplaneDb db, string zone, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({"address pools " + zone}, 0))", cancel);

    /// <summary>Whether an address lies in one of them.</summary>
    public bool Contains(Ip address) => Pools.Any(pool => pool.Contains(address));

    /// <summary>The lowest address of the first pool that has one left; null when none has. The ends of a pool are left
    /// out, but may be asked for.</summary>
    /// <param name="db">The transaction, which has locked the zone's pools.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Ip?> LowestFreeAsync(HyperplaneDb db, CancellationToken cancel)
    {
        foreach (IpPrefix pool in Pools)
        {
            bool isSmall = pool.Count < FewAddresses;
            IPAddress first = new Ip(pool.First.Value + (isSmall ? 0u : 1u)).ToIPAddress();
            IPAddress last = new Ip(pool.Last.Value - (isSmall ? 0u : 1u)).ToIPAddress();
            // Beside the first one, what follows a taken one.
            List<IPAddress> free = await db.Database.SqlQuery<IPAddress>(
                $"""
                select candidate as "Value" from (
                  select {first} as candidate
                  union all
                  select address + 1 from vip_addresses where address >= {first} and address < {last}) candidates
                where not exists (
                  select 1 from vip_addresses where address = candidate)
                order by candidate limit 1
                """).ToListAsync(cancel);
            if (free.Count > 0)
                return Ip.From(free[0]);
        }

        return null;
    }
}
