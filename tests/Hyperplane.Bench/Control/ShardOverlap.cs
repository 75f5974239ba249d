using Hyperplane.Controller.Addressing;

namespace Hyperplane.Bench.Control;

/// <summary>How many nodes two tenants share, by the controller's own placement, of a hundred nodes.</summary>
/// <remarks>The shard of a load balancer and the nodes of a shard are found as the allocator and the compiler find
/// them; the tenants have one load balancer each.</remarks>
internal static class ShardOverlap
{
    private const int Nodes = 100;
    private const int Tenants = 2_000;

    /// <summary>The share of pairs of tenants that share 0, 1, 2, … nodes.</summary>
    /// <param name="cells">Cells that the nodes are divided among.</param>
    public static double[] Of(int cells)
    {
        int perCell = Nodes / cells;
        IReadOnlyList<int>[] tenants =
        [
            .. Enumerable.Range(0, Tenants).Select(tenant =>
            {
                int cell = tenant % cells;
                string name = $"c{cell}";
                int shard = Rendezvous.Order(
                    $"lb-{tenant:x17}{name}", Enumerable.Range(0, CellPools.MaxShards))[0];
                return ShardNodes.Of(
                    name, shard, ShardNodes.DefaultSize, [.. Enumerable.Range((cell * perCell) + 1, perCell)]);
            }),
        ];
        var pairs = new long[ShardNodes.DefaultSize + 1];
        for (int one = 0; one < Tenants; one++)
        {
            for (int other = 0; other < one; other++)
                pairs[tenants[one].Intersect(tenants[other]).Count()]++;
        }

        double all = pairs.Sum();
        return [.. pairs.Select(count => count / all)];
    }
}
