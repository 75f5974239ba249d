using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Placement;

namespace Hyperplane.Controller.Tests.Placement;

/// <summary>A zone of some cells in memory, into which tenants come.</summary>
internal sealed class Fleet
{
    private const int MaxCells = 16;
    private const int PerBlock = 62;
    private readonly ShardUse[] _uses;
    private readonly Dictionary<string, Dictionary<(string Cell, int Shard), int>> _tenants =
        new(StringComparer.Ordinal);

    /// <param name="shardSize">Nodes of a shard.</param>
    /// <param name="nodes">Of each cell.</param>
    public Fleet(int shardSize, params int[] nodes)
    {
        int next = 1;
        _uses =
        [
            .. nodes.Select((count, i) =>
            {
                int[] ids = [.. Enumerable.Range(next, count)];
                next += count;
                var pools = new CellPools(
                    new IpPrefix(new Ip(0x0A000000), 16), new IpPrefix(new Ip(0x0B000000), 20), i, MaxCells);
                return new ShardUse(
                    new CellRow { Name = $"c{i}", Zone = "a", Ordinal = i, ShardSize = shardSize },
                    pools,
                    new CellNodes(ids, new HashSet<int>()),
                    [.. Enumerable.Repeat(PerBlock, pools.ShardCount)],
                    new int[pools.ShardCount]);
            }),
        ];
    }

    public IReadOnlyList<ShardUse> Uses => _uses;

    /// <summary>The next load balancer of a tenant.</summary>
    public (string Cell, int Shard) Add(string tenant)
    {
        if (!_tenants.TryGetValue(tenant, out Dictionary<(string Cell, int Shard), int>? own))
            _tenants[tenant] = own = [];
        VipPlace place = ShardPlacement.Choose(_uses, own, tenant, isAlone: false)!;
        ShardUse use = _uses.Single(one => one.Cell == place.Cell);
        use.Carried[place.Shard]++;
        use.Free[place.Shard]--;
        own[(place.Cell.Name, place.Shard)] = own.GetValueOrDefault((place.Cell.Name, place.Shard)) + 1;
        return (place.Cell.Name, place.Shard);
    }

    public IReadOnlyList<int> NodesOf(string cell, int shard)
    {
        ShardUse use = _uses.Single(one => one.Cell.Name == cell);
        return ShardNodes.Of(cell, shard, use.Cell.ShardSize, use.Nodes.Ids);
    }

    /// <summary>Load balancers by node.</summary>
    public Dictionary<int, int> Loads()
    {
        var loads = _uses.SelectMany(use => use.Nodes.Ids).ToDictionary(node => node, _ => 0);
        foreach (ShardUse use in _uses)
        {
            for (int shard = 0; shard < use.Carried.Length; shard++)
            {
                foreach (int node in NodesOf(use.Cell.Name, shard))
                    loads[node] += use.Carried[shard];
            }
        }

        return loads;
    }

    public TenantOverlap Overlap() => OverlapTable.Of(_tenants.ToDictionary(
        tenant => tenant.Key,
        IReadOnlySet<int> (tenant) =>
            tenant.Value.Keys.SelectMany(place => NodesOf(place.Cell, place.Shard)).ToHashSet(),
        StringComparer.Ordinal));
}
