using System.Collections.Frozen;

namespace Hyperplane.Controller.Addressing;

/// <summary>Which nodes of a cell serve a shard.</summary>
/// <remarks>
/// The first nodes by rendezvous that are not draining, and draining ones that were among the first: these keep serving
/// what still arrives while their successors announce already. So neither a drain nor the removal of a drained node
/// leaves a shard with fewer nodes than its size, and nobody else's shards change. The nodes of a smaller size are
/// among those of a larger one: a size that changes leaves nodes that served before and serve afterwards.
/// </remarks>
internal static class ShardNodes
{
    /// <summary>Nodes of a shard unless the cell says otherwise.</summary>
    public const int DefaultSize = 4;

    /// <summary>The most nodes that a shard can have: all of a cell.</summary>
    public const int MaxSize = 16;

    /// <summary>The shard's nodes in ascending order.</summary>
    /// <param name="cell">The cell's name.</param>
    /// <param name="shard">The shard's index.</param>
    /// <param name="size">How many nodes shall serve it.</param>
    /// <param name="nodeIds">All nodes of the cell.</param>
    /// <param name="draining">Those of them that are asked to leave.</param>
    public static IReadOnlyList<int> Of(
        string cell, int shard, int size, IReadOnlyCollection<int> nodeIds, IReadOnlySet<int>? draining = null)
    {
        if (nodeIds.Count <= size)
            return [.. nodeIds.Order()];
        IReadOnlySet<int> leaving = draining ?? FrozenSet<int>.Empty;
        IReadOnlyList<int> order = Rendezvous.Order($"{cell}/{shard}", nodeIds);
        return
        [
            .. order.Where(node => !leaving.Contains(node)).Take(size)
                .Concat(order.Take(size).Where(leaving.Contains)).Order(),
        ];
    }
}
