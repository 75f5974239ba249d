using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>A cache that takes nothing, so that every frame is the pipeline's to judge.</summary>
internal sealed class NoCache : IFlowCache
{
    /// <inheritdoc/>
    public int Capacity => 0;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey key, in FlowEntry entry) => false;

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey key) => false;

    /// <inheritdoc/>
    public bool TryTakeFin(int pipeline, out FlowFin fin)
    {
        fin = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryRead(in FlowKey key, out FlowEntry entry)
    {
        entry = default;
        return false;
    }
}
