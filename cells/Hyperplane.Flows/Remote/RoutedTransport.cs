using Hyperplane.Flows.Cells;

namespace Hyperplane.Flows.Remote;

/// <summary>To nodes one way, to replicas that live elsewhere another.</summary>
public sealed class RoutedTransport(IFlowTransport nodes, IFlowTransport replicas) : IFlowTransport
{
    /// <inheritdoc/>
    public bool TrySend(ushort node, ReadOnlySpan<byte> batch) => WayTo(node).TrySend(node, batch);

    /// <inheritdoc/>
    public int QueuedBytes(ushort node) => WayTo(node).QueuedBytes(node);

    private IFlowTransport WayTo(ushort node) => ReplicaAddress.IsReplica(node) ? replicas : nodes;
}
