using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>The XDP program's entries, with the capture's time in the place of the kernel's.</summary>
internal sealed class CaptureTimeCache(IFlowCache entries) : IFlowCache
{
    private readonly Dictionary<FlowKey, long> _seenNs = [];

    /// <inheritdoc/>
    public int Capacity => entries.Capacity;

    /// <summary>Notes that the program just forwarded a frame.</summary>
    public void Stamp(in FlowKey key, long nowNs) => _seenNs[key] = nowNs;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey key, in FlowEntry entry)
    {
        _seenNs.Remove(key);
        return entries.TryInstall(key, entry);
    }

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey key)
    {
        _seenNs.Remove(key);
        return entries.TryRemove(key);
    }

    /// <inheritdoc/>
    public bool TryTakeFin(int pipeline, out FlowFin fin) => entries.TryTakeFin(pipeline, out fin);

    /// <inheritdoc/>
    public bool TryRead(in FlowKey key, out FlowEntry entry)
    {
        if (!entries.TryRead(key, out entry))
            return false;
        if (_seenNs.TryGetValue(key, out long seenNs))
            entry.Stamp(seenNs);
        return true;
    }
}
