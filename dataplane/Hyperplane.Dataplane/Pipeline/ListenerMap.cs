using System.Numerics;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Finds what is at an address, protocol and port: a hash map that is filled once and then only
/// read.</summary>
internal sealed class ListenerMap
{
    private readonly ListenerKey[] _keys;
    private readonly int[] _values;
    private readonly uint _mask;

    public ListenerMap(int entries)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, entries * 2));
        _keys = new ListenerKey[size];
        _values = new int[size];
        _mask = (uint)size - 1;
    }

    /// <summary>Adds a key that is not there yet.</summary>
    public void Add(in ListenerKey key, int value)
    {
        uint i = key.Hash & _mask;
        while (!_keys[i].IsNone)
            i = (i + 1) & _mask;
        _keys[i] = key;
        _values[i] = value;
    }

    /// <summary>The value of a key, or -1.</summary>
    public int Find(in ListenerKey key)
    {
        for (uint i = key.Hash & _mask; !_keys[i].IsNone; i = (i + 1) & _mask)
        {
            if (_keys[i] == key)
                return _values[i];
        }
        return -1;
    }
}
