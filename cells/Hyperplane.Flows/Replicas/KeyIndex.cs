using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Replicas;

/// <summary>Finds the slot of a record by one of its keys; memory grows with use.</summary>
/// <remarks>256 parts grow one by one, so no single growth takes long: a part of a million keys has 4,096.</remarks>
internal sealed class KeyIndex
{
    private const int Parts = 256;
    private const int FirstEntries = 8;

    private readonly ulong _seed;
    private readonly RowIndex<RecordKeys>[] _parts = new RowIndex<RecordKeys>[Parts];

    public KeyIndex(RecordStore store, FlowSide side, ulong seed)
    {
        _seed = seed;
        for (int part = 0; part < Parts; part++)
        {
            var keys = new RecordKeys(store, side);
            _parts[part] = new RowIndex<RecordKeys>(keys, store.Capacity, seed, FirstEntries);
        }
    }

    /// <summary>The slot of a key, or -1.</summary>
    public int Find(in FlowKey key)
    {
        ulong hash = FlowHash.Of(key, _seed);
        return Part(hash).Find(key, hash);
    }

    /// <summary>The slot that <see cref="Find"/> will most likely come to, or -1; reads no record.</summary>
    public int Guess(in FlowKey key)
    {
        ulong hash = FlowHash.Of(key, _seed);
        return Part(hash).Guess(hash);
    }

    /// <summary>Asks for the memory that <see cref="Guess"/> reads.</summary>
    public void Expect(in FlowKey key)
    {
        ulong hash = FlowHash.Of(key, _seed);
        Part(hash).Expect(hash);
    }

    /// <summary>Makes a key lead to a slot, whose record must have it; another slot that had it is no longer
    /// found.</summary>
    public void Set(in FlowKey key, int slot)
    {
        ulong hash = FlowHash.Of(key, _seed);
        Part(hash).Set(key, hash, slot);
    }

    /// <summary>Forgets a key while it leads to this slot.</summary>
    public void Remove(in FlowKey key, int slot)
    {
        ulong hash = FlowHash.Of(key, _seed);
        Part(hash).Remove(slot, hash);
    }

    private ref RowIndex<RecordKeys> Part(ulong hash) => ref _parts[(int)(hash >> 32) & (Parts - 1)];

    private readonly struct RecordKeys(RecordStore store, FlowSide side) : IRowKeys
    {
        public FlowKey KeyOf(int row) => store.Key(row, side);

        public bool Is(int row, in FlowKey key) => store.Is(row, side, key);

        public void Expect(int row) => Prefetch.Lines(in store.Row(row));
    }
}
