using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.LoadBalancers;

namespace Hyperplane.Bench.Control;

/// <summary>How many nodes two tenants share, by the controller's own placement, of a hundred nodes.</summary>
/// <remarks>The tenants have one load balancer each; the pools have room for 64 shards a cell.</remarks>
internal static class ShardOverlap
{
    private const int Nodes = 100;
    private const int Tenants = 2_000;
    private const int MaxCells = 16;

    /// <summary>The share of pairs of tenants that share 0, 1, 2, … nodes.</summary>
    /// <param name="cells">Cells that the nodes are divided among.</param>
    public static double[] Of(int cells)
    {
        int perCell = Nodes / cells;
        ShardUse[] uses = [.. Enumerable.Range(0, cells).Select(cell => Use(cell, perCell))];
        var tenants = new IReadOnlyList<int>[Tenants];
        for (int tenant = 0; tenant < Tenants; tenant++)
        {
            string id = $"tn-{tenant:x17}";
            VipPlace place = ShardPlacement.Choose(uses, new Dictionary<(string, int), int>(), id, isAlone: false)!;
            ShardUse use = uses.Single(one => one.Cell == place.Cell);
            use.Carried[place.Shard]++;
            tenants[tenant] = ShardNodes.Of(use.Cell.Name, place.Shard, use.Cell.ShardSize, use.Nodes.Ids);
        }

        var pairs = new long[ShardNodes.DefaultSize + 1];
        for (int one = 0; one < Tenants; one++)
        {
            for (int other = 0; other < one; other++)
                pairs[tenants[one].Intersect(tenants[other]).Count()]++;
        }

        double all = pairs.Sum();
        return [.. pairs.Select(count => count / all)];
    }

    private static ShardUse Use(int cell, int nodes)
    {
        var row = new CellRow
        {
            Name = $"c{cell}", Zone = "a", Ordinal = cell, ShardSize = ShardNodes.DefaultSize,
        };
        var pools = new CellPools(
            new IpPrefix(new Ip(0x0A000000), 16), new IpPrefix(new Ip(0x0B000000), 20), cell, MaxCells);
        int[] ids = [.. Enumerable.Range((cell * nodes) + 1, nodes)];
        return new ShardUse(
            row, pools, new CellNodes(ids, new HashSet<int>()), [.. Enumerable.Repeat(62, pools.ShardCount)],
            new int[pools.ShardCount]);
    }
}
