using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Cells;

/// <summary>The directory's shards, and for each who may hold it, best first: all nodes of the cell in rendezvous
/// order, or its two replicas where replicas live elsewhere.</summary>
/// <remarks>The same on every node that knows the same members and seed. Highest random weight (Thaler and Ravishankar,
/// 1998): a node that comes or goes moves only its own part.</remarks>
public sealed class ShardOrder
{
    /// <summary>Shards of a cell.</summary>
    public const int Shards = 256;

    private readonly ulong _seed;
    private readonly int[][] _order = new int[Shards][];

    /// <summary>Orders the members for each shard.</summary>
    /// <param name="nodeIds">The members, in any order.</param>
    /// <param name="seed">The cell's.</param>
    public ShardOrder(IReadOnlyList<ushort> nodeIds, ulong seed)
    {
        _seed = seed;
        var weights = new (ulong Descending, ushort Node)[nodeIds.Count];
        for (int shard = 0; shard < Shards; shard++)
        {
            for (int place = 0; place < weights.Length; place++)
            {
                ulong weight = FlowHash.Of(((ulong)shard << 16) | nodeIds[place], seed);
                weights[place] = (ulong.MaxValue - weight, nodeIds[place]);
            }
            _order[shard] = [.. Enumerable.Range(0, weights.Length)];
            Array.Sort(weights, _order[shard]);
        }
    }

    private ShardOrder(ulong seed) => _seed = seed;

    /// <summary>Whether each shard has its two replicas outside the nodes.</summary>
    public bool IsPinned { get; private init; }

    /// <summary>Pins each shard to its two replicas.</summary>
    /// <param name="members">Nodes, and all of <see cref="ReplicaAddress"/>.</param>
    /// <param name="seed">The cell's.</param>
    public static ShardOrder Pinned(ushort[] members, ulong seed)
    {
        var order = new ShardOrder(seed) { IsPinned = true };
        for (int shard = 0; shard < Shards; shard++)
        {
            order._order[shard] =
            [
                Array.IndexOf(members, ReplicaAddress.Of(shard, 0)),
                Array.IndexOf(members, ReplicaAddress.Of(shard, 1)),
            ];
        }
        return order;
    }

    /// <summary>The shard of a key.</summary>
    public int ShardOf(in FlowKey key) => (int)(FlowHash.Of(key, _seed) >> 56);

    /// <summary>The holders' places in the list of members, best first.</summary>
    public ReadOnlySpan<int> Of(int shard) => _order[shard];
}
