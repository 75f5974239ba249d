namespace Hyperplane.Flows.Cells;

/// <summary>The addresses of replicas that live outside the nodes: two a shard, above all node ids.</summary>
/// <remarks>An address is <see cref="First"/> + 2 × shard + replica, so the last one is 65535. Where replicas live
/// elsewhere, node ids are below <see cref="First"/>; where nodes hold the records themselves, these are ordinary
/// ids.</remarks>
public static class ReplicaAddress
{
    /// <summary>The first address: replica 0 of shard 0.</summary>
    public const ushort First = 0xfe00;

    /// <summary>Replicas of a shard.</summary>
    public const int PerShard = 2;

    /// <summary>Replicas of a cell.</summary>
    public const int Count = ShardOrder.Shards * PerShard;

    /// <summary>Whether an address is a replica's.</summary>
    public static bool IsReplica(ushort address) => address >= First;

    /// <summary>The address of a shard's replica 0 or 1.</summary>
    public static ushort Of(int shard, int replica) => (ushort)(First + (shard * PerShard) + replica);

    /// <summary>The shard of a replica.</summary>
    public static int ShardOf(ushort address) => (address - First) / PerShard;

    /// <summary>The other replica of the same shard.</summary>
    public static ushort TwinOf(ushort address) => (ushort)(address ^ 1);
}
