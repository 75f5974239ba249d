using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>How many automatic addresses each shard of a cell has left.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Pools">What it owns.</param>
/// <param name="Free">By shard; of the family that has fewer, where both are wanted.</param>
internal sealed record ShardUse(CellRow Cell, CellPools Pools, int[] Free)
{
    /// <summary>That of all cells of a zone.</summary>
    public static async Task<List<ShardUse>> ReadAsync(
        HyperplaneDb db, ZoneRow zone, CellRow[] cells, bool isDualstack, DateTimeOffset now, CancellationToken cancel)
    {
        int length = CellPools.ShardBlockLength(ZonePools.Of(zone).Ipv4.Vip);
        Dictionary<Ip, int> used = await UsedAsync(db, zone.Name, 4, length, now, cancel);
        Dictionary<Ip, int> used6 = isDualstack
            ? await UsedAsync(db, zone.Name, 6, CellPools.Ipv6BlockLength, now, cancel)
            : [];
        int Free(CellPools pools, int shard) => isDualstack
            ? Math.Min(Left(pools.Block(shard), used), Left(pools.Ipv6Block(shard), used6))
            : Left(pools.Block(shard), used);
        return
        [
            .. cells.Select(cell => (Cell: cell, Pools: ZonePools.CellPart(zone, cell.Ordinal)))
                .Select(home => new ShardUse(
                    home.Cell,
                    home.Pools,
                    [.. Enumerable.Range(0, home.Pools.ShardCount).Select(shard => Free(home.Pools, shard))])),
        ];
    }

    private static int Left(IpPrefix block, Dictionary<Ip, int> used) =>
        (int)block.Count - 2 - used.GetValueOrDefault(block.First);

    /// <summary>How many automatic addresses of each block are taken, by the block's first address.</summary>
    private static async Task<Dictionary<Ip, int>> UsedAsync(
        HyperplaneDb db, string zone, int family, int length, DateTimeOffset now, CancellationToken cancel)
    {
        // offset 0: the length does not fit addresses of the other family.
        List<BlockUse> rows = await db.Database.SqlQuery<BlockUse>(
            $"""
            select set_masklen(address, {length})::cidr::inet as block, count(*)::int as used
            from (select address from vip_addresses
                  where zone = {zone} and family(address) = {family} and (free_at is null or free_at > {now})
                  offset 0) taken
            where host(address) <> host(network(set_masklen(address, {length})))
              and host(address) <> host(broadcast(set_masklen(address, {length})))
            group by 1
            """).ToListAsync(cancel);
        return rows.ToDictionary(row => Ip.From(row.Block), row => row.Used);
    }
}
