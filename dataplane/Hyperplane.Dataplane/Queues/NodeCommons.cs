using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Queues;

/// <summary>What the pipelines of a node have in common, and touch for few frames alone.</summary>
/// <remarks>The limits are the node's, whichever of its pipelines are asked for more.</remarks>
/// <param name="pathMtuCache">Told of what paths carry; null for nobody.</param>
internal sealed class NodeCommons(IPathMtuCache? pathMtuCache = null)
{
    private const int PerSecond = 1_000;

    /// <summary>What paths to targets carry: an error reaches any pipeline, and what it says is true for all.</summary>
    public PathMtus PathMtus { get; } = new(pathMtuCache);

    /// <summary>Resets of segments that belong to no connection.</summary>
    public TokenBucket Resets { get; } = new(PerSecond);

    /// <summary>Connections whose ends are asked.</summary>
    public TokenBucket Probes { get; } = new(PerSecond);

    /// <summary>Word that a packet is too long.</summary>
    public TokenBucket TooBigAnswers { get; } = new(PerSecond);
}
