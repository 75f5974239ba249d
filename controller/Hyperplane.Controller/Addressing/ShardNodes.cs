namespace Hyperplane.Controller.Addressing;

/// <summary>Which nodes of a cell serve a shard.</summary>
internal static class ShardNodes
{
    /// <summary>Nodes of a shard in a cell that has more.</summary>
    public const int PerShard = 4;

    /// <summary>
    /// The shard's nodes in ascending order: all when there are at most four, else four by rendezvous.
    /// </summary>
    public static IReadOnlyList<int> Of(string cell, int shard, IReadOnlyCollection<int> nodeIds) =>
        nodeIds.Count <= PerShard
            ? [.. nodeIds.Order()]
            : [.. Rendezvous.Order($"{cell}/{shard}", nodeIds).Take(PerShard).Order()];
}
