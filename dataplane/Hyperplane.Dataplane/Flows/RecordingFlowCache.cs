using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Flows;

/// <summary>A flow cache in memory: stands for the XDP program's map in tests and simulation.</summary>
public sealed class RecordingFlowCache : IFlowCache
{
    private const int FinCapacity = 4_096;

    private readonly Dictionary<FlowKey, FlowEntry> _entries;
    private readonly Queue<FlowFin>[] _fins =
        [.. Enumerable.Range(0, FlowHomes.Classes).Select(_ => new Queue<FlowFin>())];
    private readonly Dictionary<uint, (ulong Packets, ulong Bytes)> _counters = [];
    private readonly Dictionary<uint, (ulong Packets, ulong Bytes)> _targets = [];
    private readonly Dictionary<FlowKey, (ulong Packets, ulong Bytes)> _flows = [];

    /// <summary>Makes an empty cache that holds at most <paramref name="capacity"/> entries.</summary>
    public RecordingFlowCache(int capacity)
    {
        Capacity = capacity;
        _entries = new Dictionary<FlowKey, FlowEntry>(capacity);
    }

    /// <inheritdoc/>
    public int Capacity { get; }

    /// <summary>Entries now.</summary>
    public int Count => _entries.Count;

    /// <summary>Accepted calls of <see cref="TryInstall"/>.</summary>
    public int Installs { get; private set; }

    /// <summary>Entries taken out.</summary>
    public int Removals { get; private set; }

    /// <summary>The keys in the cache.</summary>
    public IReadOnlyCollection<FlowKey> Keys => _entries.Keys;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey key, in FlowEntry entry)
    {
        if (_entries.Count >= Capacity && !_entries.ContainsKey(key))
            return false;
        _entries[key] = entry;
        Installs++;
        return true;
    }

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey key)
    {
        bool removed = _entries.Remove(key);
        if (removed)
            Removals++;
        return removed;
    }

    /// <inheritdoc/>
    public bool TryRead(in FlowKey key, out FlowEntry entry) => _entries.TryGetValue(key, out entry);

    /// <inheritdoc/>
    public bool TryTakeFin(int pipeline, out FlowFin fin) => _fins[pipeline].TryDequeue(out fin);

    /// <summary>Flow directions that are counted by themselves, at most.</summary>
    public int CountCapacity { get; init; } = int.MaxValue;

    /// <summary>Those that are now.</summary>
    public int CountedFlows => _flows.Count;

    /// <inheritdoc/>
    public bool TryBeginCount(in FlowKey key)
    {
        if (_flows.Count >= CountCapacity && !_flows.ContainsKey(key))
            return false;
        _flows[key] = (0, 0);
        return true;
    }

    /// <inheritdoc/>
    public bool TryTakeCount(in FlowKey key, out ulong packets, out ulong bytes)
    {
        bool isThere = _flows.Remove(key, out (ulong Packets, ulong Bytes) count);
        (packets, bytes) = count;
        return isThere;
    }

    /// <summary>Frames and bytes (as received) that a <see cref="CachedPath"/> forwarded in a counter slot.</summary>
    public (ulong Packets, ulong Bytes) Counted(uint counterSlot) => _counters.GetValueOrDefault(counterSlot);

    /// <summary>The same in a target's counter.</summary>
    public (ulong Packets, ulong Bytes) CountedTarget(uint counterSlot) => _targets.GetValueOrDefault(counterSlot);

    /// <summary>Notes a FIN that is forwarded, for the flow's pipeline; false when no other one can be
    /// noted.</summary>
    internal bool TryNoteFin(int pipeline, in FlowFin fin)
    {
        if (_fins[pipeline].Count == FinCapacity)
            return false;
        _fins[pipeline].Enqueue(fin);
        return true;
    }

    /// <summary>Notes a forwarded frame in the entry and in its counter slot.</summary>
    internal void Stamp(in FlowKey key, long nowNs, int frameBytes, uint? acknowledgementBe)
    {
        ref FlowEntry entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
        if (Unsafe.IsNullRef(ref entry))
            return;
        entry.Stamp(nowNs);
        entry.AcknowledgementBe = acknowledgementBe ?? entry.AcknowledgementBe;
        Note(_counters, entry.CounterSlot, frameBytes);
        if (entry.IsLogged && _flows.ContainsKey(key))
            Note(_flows, key, frameBytes);
        if (entry.TargetSlot >= 0)
            Note(_targets, ((uint)entry.TargetSlot * 2) + (entry.CounterSlot & 1), frameBytes);
    }

    private static void Note<T>(Dictionary<T, (ulong Packets, ulong Bytes)> counters, T slot, int frameBytes)
        where T : notnull
    {
        ref (ulong Packets, ulong Bytes) counter =
            ref CollectionsMarshal.GetValueRefOrAddDefault(counters, slot, out _);
        counter.Packets++;
        counter.Bytes += (ulong)frameBytes;
    }
}
