using Hyperplane.Flows.Remote;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Hyperplane.Flows.Orleans;

/// <summary>One of the two replicas of a shard; its key is the replica's address.</summary>
[Alias("hyperplane.flow-replica")]
public interface IFlowReplicaGrain : IGrainWithIntegerKey
{
    /// <summary>A batch of a node, see <see cref="RemoteReplica.Handle"/>.</summary>
    [Alias("handle")]
    Task<Immutable<byte[]>> Handle(Immutable<byte[]> request);

    /// <summary>Records for the twin, see <see cref="RemoteReplica.Page"/>.</summary>
    [Alias("page")]
    Task<Immutable<byte[]>> Page(int cursor);

    /// <summary>The silo it lives on, once it is filled; null before.</summary>
    [Alias("where")]
    Task<SiloAddress?> WhereFilled();
}
