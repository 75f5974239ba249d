using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>A relay cache in memory: stands for the XDP program's map in tests and simulation.</summary>
public sealed class RecordingRelayCache(int capacity) : IRelayCache
{
    private readonly Dictionary<FlowKey, RelayEntry> _entries = new(capacity);

    /// <summary>The keys in the cache.</summary>
    public IReadOnlyCollection<FlowKey> Keys => _entries.Keys;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey key, in RelayEntry entry)
    {
        if (_entries.Count >= capacity && !_entries.ContainsKey(key))
            return false;
        _entries[key] = entry;
        return true;
    }

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey key) => _entries.Remove(key);

    /// <inheritdoc/>
    public bool TryRead(in FlowKey key, out RelayEntry entry) => _entries.TryGetValue(key, out entry);

    /// <summary>Notes a relayed frame.</summary>
    public void Stamp(in FlowKey key, long nowNs)
    {
        ref RelayEntry entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
        if (Unsafe.IsNullRef(ref entry))
            return;
        entry.LastSeenNs = (ulong)nowNs;
        entry.Packets++;
    }
}
