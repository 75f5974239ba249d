namespace Hyperplane.Dataplane.Counters;

/// <summary>Gives ids their slots in the <see cref="FlowCounterTable"/>s of a node's pipelines, the same in all; used
/// by the thread that compiles models.</summary>
/// <remarks>An id keeps its slot over all models. After it is gone, the slot is free once every pipeline runs a model
/// without it and no flow names it any more.</remarks>
internal sealed class CounterSlotMap(IReadOnlyList<FlowCounterTable> tables)
{
    private readonly Dictionary<uint, int> _slots = [];
    private readonly Dictionary<uint, ulong> _goneSince = [];
    private readonly Stack<int> _free = new();
    private int _used;

    /// <summary>The slot of an id, new if need be; -1 when none is left.</summary>
    public int Assign(uint id, out bool isNew)
    {
        isNew = !_slots.TryGetValue(id, out int slot);
        _goneSince.Remove(id);
        if (!isNew)
            return slot;
        if (!_free.TryPop(out slot))
            slot = _used < tables[0].Capacity ? _used++ : -1;
        if (slot < 0)
            return slot;
        foreach (FlowCounterTable rows in tables)
            rows.Clear(slot);
        _slots.Add(id, slot);
        return slot;
    }

    /// <summary>Notes which ids the model of this sequence number no longer has.</summary>
    public void Retire(IReadOnlySet<uint> present, ulong sequence)
    {
        foreach (uint id in _slots.Keys)
        {
            if (!present.Contains(id))
                _goneSince.TryAdd(id, sequence);
        }
    }

    /// <summary>Frees what neither the running model nor a flow names.</summary>
    public void Collect(ulong appliedSequence)
    {
        foreach ((uint id, ulong since) in _goneSince.ToArray())
        {
            if (since > appliedSequence || tables.Any(rows => rows.IsReferenced(_slots[id])))
                continue;
            _goneSince.Remove(id);
            _slots.Remove(id, out int slot);
            _free.Push(slot);
        }
    }
}
