namespace Hyperplane.Flows;

/// <summary>Carries batches to the other members of the cell, in order to each: to nodes, and to replicas that live
/// elsewhere.</summary>
/// <remarks>What was accepted arrives, or the node is reported down. Used on the directory's thread.</remarks>
public interface IFlowTransport
{
    /// <summary>Takes a batch for a node; false when it is not reachable: what it missed it gets when it is up
    /// again.</summary>
    bool TrySend(ushort node, ReadOnlySpan<byte> batch);

    /// <summary>Bytes that wait for a node: the sender slows down when they are many.</summary>
    int QueuedBytes(ushort node);
}
