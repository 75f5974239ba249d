using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Bench.Dataplane;

/// <summary>A cache that takes nothing, so that every frame stays with the pipeline.</summary>
internal sealed class RefusingCache : IFlowCache
{
    /// <inheritdoc/>
    public int Capacity => 0;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey4 key, in FlowEntry4 entry) => false;

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey4 key) => false;

    /// <inheritdoc/>
    public bool TryRead(in FlowKey4 key, out FlowEntry4 entry)
    {
        entry = default;
        return false;
    }
}
