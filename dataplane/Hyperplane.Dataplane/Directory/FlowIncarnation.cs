namespace Hyperplane.Dataplane.Directory;

/// <summary>Numbers flows so that no two of all nodes and starts are the same.</summary>
/// <remarks>16 bits node, 48 bits a counter that starts at the node's start in units of 8 µs: unique while a node
/// creates fewer than 125,000 flows/s on average between two of its starts. Of several pipelines each has its own,
/// which gives out every so many-th number. Single-threaded.</remarks>
/// <param name="nodeId">The node.</param>
/// <param name="start">Its start, microseconds since 1970.</param>
/// <param name="pipeline">Of the node, from 0.</param>
/// <param name="pipelines">How many it has.</param>
public sealed class FlowIncarnation(ushort nodeId, ulong start, int pipeline = 0, int pipelines = 1)
{
    private const ulong CounterMask = (1UL << 48) - 1;
    private ulong _counter = (start >> 3) - ((start >> 3) % (ulong)pipelines) + (ulong)pipeline;

    /// <summary>The next number.</summary>
    public ulong Next() => ((ulong)nodeId << 48) | ((_counter += (ulong)pipelines) & CounterMask);
}
