using Orleans.Runtime;

namespace Hyperplane.Flows.Orleans;

/// <summary>Keeps the two replicas of a shard on different silos, see <see cref="FlowReplicaDirector"/>.</summary>
[Serializable]
[GenerateSerializer]
[Immutable]
[SuppressReferenceTracking]
public sealed class FlowReplicaPlacement : PlacementStrategy;
