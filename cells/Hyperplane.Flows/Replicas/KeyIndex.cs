using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Replicas;

/// <summary>Finds the slot of a key: open addressing, linear probing, 4 bytes an entry, at most two thirds
/// full.</summary>
/// <remarks>256 parts grow one by one, so no single growth takes long: a part of a million keys has 4,096. Removal
/// shifts back what stands behind, so there are no tombstones.</remarks>
internal sealed class KeyIndex
{
    private const int Parts = 256;
    private const int FirstEntries = 8;

    private readonly RecordStore _store;
    private readonly FlowSide _side;
    private readonly ulong _seed;
    private readonly int[][] _parts = new int[Parts][];
    private readonly int[] _counts = new int[Parts];

    public KeyIndex(RecordStore store, FlowSide side, ulong seed)
    {
        (_store, _side, _seed) = (store, side, seed);
        for (int part = 0; part < Parts; part++)
            _parts[part] = new int[FirstEntries];
    }

    /// <summary>The slot of a key, or -1.</summary>
    public int Find(in FlowKey4 key)
    {
        ulong hash = FlowHash.Of(key, _seed);
        int[] entries = _parts[Part(hash)];
        int place = Place(entries, hash, key);
        return entries[place] - 1;
    }

    /// <summary>Makes a key lead to a slot, whose record must have it; another slot that had it is no longer
    /// found.</summary>
    public void Set(in FlowKey4 key, int slot)
    {
        ulong hash = FlowHash.Of(key, _seed);
        int part = Part(hash);
        int place = Place(_parts[part], hash, key);
        bool isNew = _parts[part][place] == 0;
        if (isNew && (_counts[part] + 1) * 3 > _parts[part].Length * 2)
        {
            Grow(part);
            place = Place(_parts[part], hash, key);
        }
        _parts[part][place] = slot + 1;
        if (isNew)
            _counts[part]++;
    }

    /// <summary>Forgets a key while it leads to this slot.</summary>
    public void Remove(in FlowKey4 key, int slot)
    {
        ulong hash = FlowHash.Of(key, _seed);
        int part = Part(hash);
        int[] entries = _parts[part];
        int hole = Place(entries, hash, key);
        if (entries[hole] != slot + 1)
            return;
        int mask = entries.Length - 1;
        for (int i = (hole + 1) & mask; entries[i] != 0; i = (i + 1) & mask)
        {
            int home = (int)FlowHash.Of(KeyOf(entries[i] - 1), _seed) & mask;
            if (((i - home) & mask) < ((i - hole) & mask))
                continue;
            entries[hole] = entries[i];
            hole = i;
        }
        entries[hole] = 0;
        _counts[part]--;
    }

    private void Grow(int part)
    {
        int[] old = _parts[part];
        int[] entries = new int[old.Length * 2];
        int mask = entries.Length - 1;
        foreach (int entry in old)
        {
            if (entry == 0)
                continue;
            int i = (int)FlowHash.Of(KeyOf(entry - 1), _seed) & mask;
            while (entries[i] != 0)
                i = (i + 1) & mask;
            entries[i] = entry;
        }
        _parts[part] = entries;
    }

    private int Place(int[] entries, ulong hash, in FlowKey4 key)
    {
        int mask = entries.Length - 1;
        int i = (int)hash & mask;
        while (entries[i] != 0 && KeyOf(entries[i] - 1) != key)
            i = (i + 1) & mask;
        return i;
    }

    private FlowKey4 KeyOf(int slot) => _side == FlowSide.Client ? _store[slot].Forward : _store[slot].Reverse;

    private static int Part(ulong hash) => (int)(hash >> 32) & (Parts - 1);
}
