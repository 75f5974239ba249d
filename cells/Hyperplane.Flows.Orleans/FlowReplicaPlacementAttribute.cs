using Orleans.Placement;

namespace Hyperplane.Flows.Orleans;

/// <summary>Places a grain by <see cref="FlowReplicaPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FlowReplicaPlacementAttribute() : PlacementAttribute(new FlowReplicaPlacement());
