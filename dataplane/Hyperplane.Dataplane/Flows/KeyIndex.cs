using System.Numerics;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Finds the row of a key in a column of keys: open addressing, linear probing, at most half full.</summary>
/// <remarks>Removal shifts the entries behind it back, so a look-up that misses never grows slower. The seed is secret
/// to the node's start. Single-threaded; nothing allocates after construction.</remarks>
internal sealed class KeyIndex
{
    private readonly FlowKey4[] _keys;
    private readonly int[] _rows;
    private readonly ulong _seed;
    private readonly uint _mask;

    public KeyIndex(FlowKey4[] keys, ulong seed)
    {
        _keys = keys;
        _seed = seed;
        _rows = new int[BitOperations.RoundUpToPowerOf2((uint)keys.Length * 2)];
        _mask = (uint)_rows.Length - 1;
    }

    /// <summary>The row with this key, or -1.</summary>
    public int Find(in FlowKey4 key)
    {
        for (uint i = Home(key); _rows[i] != 0; i = (i + 1) & _mask)
        {
            if (_keys[_rows[i] - 1] == key)
                return _rows[i] - 1;
        }
        return -1;
    }

    /// <summary>Adds the key that a row holds; it must not be there yet.</summary>
    public void Add(int row)
    {
        uint i = Home(_keys[row]);
        while (_rows[i] != 0)
            i = (i + 1) & _mask;
        _rows[i] = row + 1;
    }

    /// <summary>Takes a row out that is there; its key must still stand in the column.</summary>
    public void Remove(int row)
    {
        uint hole = Home(_keys[row]);
        while (_rows[hole] != row + 1)
            hole = (hole + 1) & _mask;
        for (uint i = (hole + 1) & _mask; _rows[i] != 0; i = (i + 1) & _mask)
        {
            uint home = Home(_keys[_rows[i] - 1]);
            if (((i - home) & _mask) < ((i - hole) & _mask))
                continue;
            _rows[hole] = _rows[i];
            hole = i;
        }
        _rows[hole] = 0;
    }

    private uint Home(in FlowKey4 key) => (uint)FlowHash.Of(key, _seed) & _mask;
}
