using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Finds the row of a key: open addressing in groups of eight entries of 4 bytes.</summary>
/// <remarks>The bits of an entry that no row needs hold bits of the hash, so a key is hardly ever read but the one
/// that is looked for. It stands in the group that its hash names or, when that is full, in one of those behind.
/// Removal moves back what stands behind, so there are no tombstones and a look-up that misses never grows slower. It
/// grows by half when it would be more than four fifths full. Hashes are <see cref="FlowHash"/>'s, with a secret seed,
/// so that nobody can aim for one group.</remarks>
/// <typeparam name="TKeys">Where the keys are.</typeparam>
public struct RowIndex<TKeys>
    where TKeys : struct, IRowKeys
{
    private const int Width = 8;
    private const int Ahead = 16;

    private readonly TKeys _keys;
    private readonly ulong _seed;
    private readonly uint _rowMask;
    private uint[] _entries;
    private int _groups;
    private int _count;

    /// <summary>An empty index.</summary>
    /// <param name="keys">Where the keys are.</param>
    /// <param name="rows">Rows are below this.</param>
    /// <param name="seed">Of the hashes.</param>
    /// <param name="entries">Room to begin with; more than five quarters of <paramref name="rows"/> never grow.</param>
    public RowIndex(TKeys keys, int rows, ulong seed, int entries)
    {
        (_keys, _seed) = (keys, seed);
        _rowMask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)rows);
        _groups = Math.Max(1, (entries + Width - 1) / Width);
        _entries = new uint[_groups * Width];
    }

    /// <summary>The row with this key, or -1.</summary>
    public readonly int Find(in FlowKey key, ulong hash)
    {
        int place = PlaceOf(key, hash);
        return place < 0 ? -1 : RowOf(_entries[place]);
    }

    /// <summary>The row that <see cref="Find"/> will most likely come to, or -1; reads no key.</summary>
    public readonly int Guess(ulong hash)
    {
        int group = Home(hash);
        uint alike = Alike(At(group), hash);
        return alike == 0 ? -1 : RowOf(_entries[Place(group, alike)]);
    }

    /// <summary>Asks for the memory that <see cref="Guess"/> reads.</summary>
    public readonly void Expect(ulong hash)
    {
        int first = Home(hash) * Width;
        Prefetch.Line(in _entries[first]);
        Prefetch.Line(in _entries[first + Width - 1]);
    }

    /// <summary>Makes a key lead to a row that has it.</summary>
    /// <returns>The row that it led to before; -1 for none.</returns>
    public int Set(in FlowKey key, ulong hash, int row)
    {
        if ((_count + 1) * 5L > _entries.Length * 4L)
            Grow();
        int place = PlaceOf(key, hash);
        int before = -1;
        if (place >= 0)
        {
            before = RowOf(_entries[place]);
        }
        else
        {
            place = ~place;
            _count++;
        }
        _entries[place] = EntryOf(row, hash);
        return before;
    }

    /// <summary>Takes a row out that still has the key; false when its key does not lead to it.</summary>
    public bool Remove(int row, ulong hash)
    {
        for (int group = Home(hash); ; group = Next(group))
        {
            Vector256<uint> there = At(group);
            uint found = Equal(there, EntryOf(row, hash));
            if (found != 0)
            {
                Close(group, Place(group, found), isFull: Equal(there, 0) == 0);
                _count--;
                return true;
            }
            if (Equal(there, 0) != 0)
                return false;
        }
    }

    /// <summary>Fills a hole with what stands behind it and would rather stand here.</summary>
    private void Close(int group, int hole, bool isFull)
    {
        for (int behind = Next(group); isFull; behind = Next(behind))
        {
            isFull = Equal(At(behind), 0) == 0;
            int mover = MoverTo(group, behind);
            if (mover < 0)
                continue;
            _entries[hole] = _entries[mover];
            (group, hole) = (behind, mover);
        }
        _entries[hole] = 0;
    }

    /// <summary>The place of an entry of a group whose key belongs into an earlier one, or before that; -1 for
    /// none.</summary>
    private readonly int MoverTo(int earlier, int group)
    {
        for (int place = group * Width; place < (group + 1) * Width; place++)
        {
            if (_entries[place] != 0 && Distance(Home(HashOf(_entries[place])), group) >= Distance(earlier, group))
                return place;
        }
        return -1;
    }

    private void Grow()
    {
        uint[] old = _entries;
        _groups += (_groups + 1) / 2;
        _entries = new uint[_groups * Width];
        for (int i = 0; i < old.Length; i++)
        {
            if (i + Ahead < old.Length && old[i + Ahead] != 0)
                _keys.Expect(RowOf(old[i + Ahead]));
            uint entry = old[i];
            if (entry == 0)
                continue;
            int group = Home(HashOf(entry));
            uint free = Equal(At(group), 0);
            for (; free == 0; free = Equal(At(group), 0))
                group = Next(group);
            _entries[Place(group, free)] = entry;
        }
    }

    /// <summary>The place of a key; the complement of the place where it would be when it is not there.</summary>
    private readonly int PlaceOf(in FlowKey key, ulong hash)
    {
        for (int group = Home(hash); ; group = Next(group))
        {
            Vector256<uint> there = At(group);
            for (uint alike = Alike(there, hash); alike != 0; alike &= alike - 1)
            {
                int place = Place(group, alike);
                if (_keys.Is(RowOf(_entries[place]), key))
                    return place;
            }
            uint free = Equal(there, 0);
            if (free != 0)
                return ~Place(group, free);
        }
    }

    private readonly Vector256<uint> At(int group) => Vector256.Create<uint>(_entries.AsSpan(group * Width, Width));

    /// <summary>A bit for each entry that may be of a key with this hash.</summary>
    private readonly uint Alike(Vector256<uint> there, ulong hash) =>
        Equal(there & Vector256.Create(~_rowMask), (uint)(hash >> 32) & ~_rowMask) & ~Equal(there, 0);

    private readonly uint EntryOf(int row, ulong hash) => ((uint)(hash >> 32) & ~_rowMask) | (uint)(row + 1);

    private readonly int RowOf(uint entry) => (int)(entry & _rowMask) - 1;

    private readonly ulong HashOf(uint entry) => FlowHash.Of(_keys.KeyOf(RowOf(entry)), _seed);

    private readonly int Home(ulong hash) => (int)(((hash & uint.MaxValue) * (uint)_groups) >> 32);

    private readonly int Next(int group) => group + 1 < _groups ? group + 1 : 0;

    private readonly int Distance(int from, int to) => to - from + (to < from ? _groups : 0);

    private static uint Equal(Vector256<uint> there, uint value) =>
        Vector256.Equals(there, Vector256.Create(value)).ExtractMostSignificantBits();

    private static int Place(int group, uint bits) => (group * Width) + BitOperations.TrailingZeroCount(bits);
}
