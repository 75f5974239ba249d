namespace Hyperplane.Dataplane.Directory;

/// <summary>Numbers flows so that no two of all nodes and starts are the same.</summary>
/// <remarks>16 bits node, 48 bits a counter that starts at the node's start in units of 8 µs: unique while a node
/// creates fewer than 125,000 flows/s on average between two of its starts. Single-threaded.</remarks>
public sealed class FlowIncarnation(ushort nodeId, ulong start)
{
    private const ulong CounterMask = (1UL << 48) - 1;
    private ulong _counter = start >> 3;

    /// <summary>The next number.</summary>
    public ulong Next() => ((ulong)nodeId << 48) | (++_counter & CounterMask);
}
