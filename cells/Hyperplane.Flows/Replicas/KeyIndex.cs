using System.Numerics;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Replicas;

/// <summary>Finds the slot of a key: open addressing, linear probing, 4 bytes an entry, at most four fifths
/// full.</summary>
/// <remarks>The bits of an entry that no slot needs hold bits of the key's hash, so a record is hardly ever read but
/// for its own key. 256 parts grow one by one, so no single growth takes long: a part of a million keys has 4,096.
/// Removal shifts back what stands behind, so there are no tombstones. The seed is secret to the node, so that nobody
/// can aim for one place.</remarks>
internal sealed class KeyIndex
{
    private const int Parts = 256;
    private const int FirstEntries = 8;

    private readonly RecordStore _store;
    private readonly FlowSide _side;
    private readonly ulong _seed;
    private readonly uint _slotMask;
    private readonly uint[][] _parts = new uint[Parts][];
    private readonly int[] _counts = new int[Parts];

    public KeyIndex(RecordStore store, FlowSide side, ulong seed)
    {
        (_store, _side, _seed) = (store, side, seed);
        _slotMask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)store.Capacity);
        for (int part = 0; part < Parts; part++)
            _parts[part] = new uint[FirstEntries];
    }

    /// <summary>The slot of a key, or -1.</summary>
    public int Find(in FlowKey4 key)
    {
        ulong hash = FlowHash.Of(key, _seed);
        uint[] entries = _parts[Part(hash)];
        return SlotOf(entries[Place(entries, hash, key)]);
    }

    /// <summary>The slot that <see cref="Find"/> will most likely come to, or -1; reads no record.</summary>
    public int Guess(in FlowKey4 key)
    {
        ulong hash = FlowHash.Of(key, _seed);
        uint[] entries = _parts[Part(hash)];
        int i = Home(hash, entries);
        while (entries[i] != 0 && !HasTag(entries[i], hash))
            i = Next(i, entries);
        return SlotOf(entries[i]);
    }

    /// <summary>Asks for the memory that <see cref="Guess"/> reads.</summary>
    public void Expect(in FlowKey4 key)
    {
        ulong hash = FlowHash.Of(key, _seed);
        uint[] entries = _parts[Part(hash)];
        Prefetch.Line(in entries[Home(hash, entries)]);
    }

    /// <summary>Makes a key lead to a slot, whose record must have it; another slot that had it is no longer
    /// found.</summary>
    public void Set(in FlowKey4 key, int slot)
    {
        ulong hash = FlowHash.Of(key, _seed);
        int part = Part(hash);
        int place = Place(_parts[part], hash, key);
        bool isNew = _parts[part][place] == 0;
        if (isNew && (_counts[part] + 1) * 5 > _parts[part].Length * 4)
        {
            Grow(part);
            place = Place(_parts[part], hash, key);
        }
        _parts[part][place] = ((uint)(hash >> 32) & ~_slotMask) | (uint)(slot + 1);
        if (isNew)
            _counts[part]++;
    }

    /// <summary>Forgets a key while it leads to this slot.</summary>
    public void Remove(in FlowKey4 key, int slot)
    {
        ulong hash = FlowHash.Of(key, _seed);
        int part = Part(hash);
        uint[] entries = _parts[part];
        int hole = Place(entries, hash, key);
        if (SlotOf(entries[hole]) != slot)
            return;
        for (int i = Next(hole, entries); entries[i] != 0; i = Next(i, entries))
        {
            int home = Home(HashOf(entries[i]), entries);
            if (Distance(home, i, entries) < Distance(hole, i, entries))
                continue;
            entries[hole] = entries[i];
            hole = i;
        }
        entries[hole] = 0;
        _counts[part]--;
    }

    private void Grow(int part)
    {
        uint[] old = _parts[part];
        uint[] entries = new uint[old.Length + (old.Length / 2)];
        foreach (uint entry in old)
        {
            if (entry == 0)
                continue;
            int i = Home(HashOf(entry), entries);
            while (entries[i] != 0)
                i = Next(i, entries);
            entries[i] = entry;
        }
        _parts[part] = entries;
    }

    private int Place(uint[] entries, ulong hash, in FlowKey4 key)
    {
        int i = Home(hash, entries);
        while (entries[i] != 0 && !(HasTag(entries[i], hash) && KeyOf(entries[i]) == key))
            i = Next(i, entries);
        return i;
    }

    private bool HasTag(uint entry, ulong hash) => ((entry ^ (uint)(hash >> 32)) & ~_slotMask) == 0;

    private int SlotOf(uint entry) => (int)(entry & _slotMask) - 1;

    private ulong HashOf(uint entry) => FlowHash.Of(KeyOf(entry), _seed);

    private FlowKey4 KeyOf(uint entry)
    {
        int slot = SlotOf(entry);
        return _side == FlowSide.Client ? _store[slot].Forward : _store[slot].Reverse;
    }

    private static int Part(ulong hash) => (int)(hash >> 32) & (Parts - 1);

    private static int Home(ulong hash, uint[] entries) => (int)(((hash & uint.MaxValue) * (uint)entries.Length) >> 32);

    private static int Next(int place, uint[] entries) => place + 1 < entries.Length ? place + 1 : 0;

    private static int Distance(int from, int to, uint[] entries) => to - from + (to < from ? entries.Length : 0);
}
