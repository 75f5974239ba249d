using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>What each shard of a cell has left, and what it carries, whosever that is.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Pools">What it owns.</param>
/// <param name="Nodes">Who serves it.</param>
/// <param name="Free">Automatic addresses by shard; of the family that has fewer, where both are wanted.</param>
/// <param name="Carried">Load balancers by shard.</param>
internal sealed record ShardUse(CellRow Cell, CellPools Pools, CellNodes Nodes, int[] Free, int[] Carried)
{
    /// <summary>Load balancers of the cell for each node that serves; without any node, all of them.</summary>
    public double PerNode => Carried.Sum() / (double)Math.Max(1, Nodes.Serving);

    /// <summary>That of some cells of a zone.</summary>
    public static async Task<List<ShardUse>> ReadAsync(
        HyperplaneDb db, ZoneRow zone, IEnumerable<CellRow> cells, Func<string, CellNodes> nodesOf, bool isDualstack,
        CancellationToken cancel)
    {
        int length = CellPools.ShardBlockLength(ZonePools.Of(zone).Ipv4.Vip);
        Dictionary<Ip, int> used = await UsedAsync(db, zone.Name, 4, length, cancel);
        Dictionary<Ip, int> used6 = isDualstack
            ? await UsedAsync(db, zone.Name, 6, CellPools.Ipv6BlockLength, cancel)
            : [];
        Dictionary<(string, int), int> carried = await CarriedAsync(db, zone.Name, cancel);
        int Free(CellPools pools, int shard) => isDualstack
            ? Math.Min(Left(pools.Block(shard), used), Left(pools.Ipv6Block(shard), used6))
            : Left(pools.Block(shard), used);
        return
        [
            .. cells.Select(cell => (Cell: cell, Pools: ZonePools.CellPart(zone, cell.Ordinal)))
                .Select(home => new ShardUse(
                    home.Cell,
                    home.Pools,
                    nodesOf(home.Cell.Name),
                    [.. Enumerable.Range(0, home.Pools.ShardCount).Select(shard => Free(home.Pools, shard))],
                    [
                        .. Enumerable.Range(0, home.Pools.ShardCount)
                            .Select(shard => carried.GetValueOrDefault((home.Cell.Name, shard))),
                    ])),
        ];
    }

    /// <summary>How much another load balancer in a shard is beside, by shard: what its nodes carry, and what the shard
    /// itself carries once more for each of them, so that neither nodes nor shards fill before others.</summary>
    public long[] Burdens()
    {
        int[][] served =
        [
            .. Enumerable.Range(0, Carried.Length).Select(shard => ShardNodes
                .Of(Cell.Name, shard, Cell.ShardSize, Nodes.Ids, Nodes.Draining)
                .Where(node => !Nodes.Draining.Contains(node)).ToArray()),
        ];
        var ofNode = new Dictionary<int, long>();
        for (int shard = 0; shard < served.Length; shard++)
        {
            foreach (int node in served[shard])
                ofNode[node] = ofNode.GetValueOrDefault(node) + Carried[shard];
        }

        return [.. served.Select((nodes, shard) => nodes.Sum(node => ofNode[node] + Carried[shard]))];
    }

    /// <summary>How many load balancers the shards of a zone carry; all have an IPv4 address.</summary>
    private static async Task<Dictionary<(string, int), int>> CarriedAsync(
        HyperplaneDb db, string zone, CancellationToken cancel)
    {
        List<ShardCount> rows = await db.Database.SqlQuery<ShardCount>(
            $"""
            select cell, shard, count(*)::int as used from vip_addresses
            where zone = {zone} and family(address) = 4 and free_at is null and cell is not null and shard is not null
            group by cell, shard
            """).ToListAsync(cancel);
        return rows.ToDictionary(row => (row.Cell, row.Shard), row => row.Used);
    }

    private static int Left(IpPrefix block, Dictionary<Ip, int> used) =>
        (int)block.Count - 2 - used.GetValueOrDefault(block.First);

    /// <summary>How many automatic addresses of each block are taken, by the block's first address.</summary>
    private static async Task<Dictionary<Ip, int>> UsedAsync(
        HyperplaneDb db, string zone, int family, int length, CancellationToken cancel)
    {
        // offset 0: the length does not fit addresses of the other family.
        List<BlockUse> rows = await db.Database.SqlQuery<BlockUse>(
            $"""
            select set_masklen(address, {length})::cidr::inet as block, count(*)::int as used
            from (select address from vip_addresses
                  where zone = {zone} and family(address) = {family}
                  offset 0) taken
            where host(address) <> host(network(set_masklen(address, {length})))
              and host(address) <> host(broadcast(set_masklen(address, {length})))
            group by 1
            """).ToListAsync(cancel);
        return rows.ToDictionary(row => Ip.From(row.Block), row => row.Used);
    }
}
