using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Which shard of a zone carries a tenant's next load balancer.</summary>
/// <remarks>
/// A tenant has one shard for each <see cref="PerShard"/> of its load balancers in the zone, the first at once: a
/// tenant with few shares nodes with few others, one with many is not held to four nodes. While it has as many as that,
/// the one of them that carries least is taken; else another one. Another one: of the cells where the tenant has fewest
/// shards (so that no two tenants fill one cell side by side) the one with the fewest load balancers a serving node,
/// then with most free addresses, then by name; in it the shard whose nodes, and which itself, carry least
/// (<see cref="ShardUse.Burdens"/>), of several the first by rendezvous of the tenant. What is counted are load
/// balancers: a function of the database alone, so the same wishes in the same order give the same places, and no
/// report of a node moves anything.
/// </remarks>
internal static class ShardPlacement
{
    /// <summary>Load balancers that a tenant has in a zone before it gets another shard.</summary>
    public const int PerShard = 8;

    /// <summary>The place; null when no shard can be used.</summary>
    /// <param name="uses">The cells that may be used.</param>
    /// <param name="own">How many load balancers the tenant has in the zone, by cell and shard.</param>
    /// <param name="tenant">Its id.</param>
    /// <param name="isAlone">Whether the address is announced alone: a shard needs no free one.</param>
    public static VipPlace? Choose(
        IReadOnlyList<ShardUse> uses, IReadOnlyDictionary<(string Cell, int Shard), int> own, string tenant,
        bool isAlone)
    {
        // Cells without a node that serves come last.
        return ChooseOf(uses.Where(use => use.Nodes.Serving > 0)) ?? ChooseOf(uses);

        VipPlace? ChooseOf(IEnumerable<ShardUse> some)
        {
            ShardUse[] cells = [.. InOrder(some)];
            (ShardUse Use, int Shard)[] mine =
            [
                .. cells.SelectMany(use => Usable(use, isAlone).Select(shard => (Use: use, Shard: shard)))
                    .Where(one => own.ContainsKey((one.Use.Cell.Name, one.Shard)))
                    .OrderBy(one => one.Use.Carried[one.Shard])
                    .ThenBy(one => one.Use.Cell.Name, StringComparer.Ordinal).ThenBy(one => one.Shard),
            ];
            int due = 1 + (own.Values.Sum() / PerShard);
            VipPlace? next = mine.Length >= due ? null : Another(cells, own, tenant, isAlone);
            return next ?? mine.Select(one => PlaceIn(one.Use, one.Shard)).FirstOrDefault();
        }
    }

    /// <summary>Cells, those that carry least first.</summary>
    public static IEnumerable<ShardUse> InOrder(IEnumerable<ShardUse> uses) => uses
        .OrderBy(use => use.PerNode)
        .ThenByDescending(use => use.Free.Sum())
        .ThenBy(use => use.Cell.Name, StringComparer.Ordinal);

    private static VipPlace? Another(
        ShardUse[] cells, IReadOnlyDictionary<(string Cell, int Shard), int> own, string tenant, bool isAlone)
    {
        foreach (ShardUse use in cells.OrderBy(use => own.Keys.Count(place => place.Cell == use.Cell.Name)))
        {
            int[] shards =
                [.. Usable(use, isAlone).Where(shard => !own.ContainsKey((use.Cell.Name, shard)))];
            if (shards.Length == 0)
                continue;
            long[] burdens = use.Burdens();
            long least = shards.Min(shard => burdens[shard]);
            return PlaceIn(
                use, Rendezvous.Order(tenant + use.Cell.Name, shards.Where(shard => burdens[shard] == least))[0]);
        }

        return null;
    }

    private static IEnumerable<int> Usable(ShardUse use, bool isAlone) =>
        Enumerable.Range(0, use.Pools.ShardCount).Where(shard => isAlone || use.Free[shard] > 0);

    private static VipPlace PlaceIn(ShardUse use, int shard) => new(use.Cell, use.Pools, shard);
}
