using System.Numerics;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Finds what is at an address, protocol and port: a hash map that is filled once and then only
/// read.</summary>
internal sealed class ListenerMap
{
    private readonly ulong[] _keys;
    private readonly int[] _values;
    private readonly uint _mask;

    public ListenerMap(int entries)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, entries * 2));
        _keys = new ulong[size];
        _values = new int[size];
        _mask = (uint)size - 1;
    }

    /// <summary>The key of a listener: never 0, and never that of an address alone.</summary>
    public static ulong Key(uint addressBe, ushort portBe, IpProtocol protocol) =>
        addressBe | ((ulong)portBe << 32) | ((ulong)protocol << 48);

    /// <summary>The key of an address alone.</summary>
    public static ulong Key(uint addressBe) => addressBe | (1UL << 56);

    /// <summary>Adds a key that is not there yet.</summary>
    public void Add(ulong key, int value)
    {
        uint i = (uint)FlowHash.Of(key, 0) & _mask;
        while (_keys[i] != 0)
            i = (i + 1) & _mask;
        _keys[i] = key;
        _values[i] = value;
    }

    /// <summary>The value of a key, or -1.</summary>
    public int Find(ulong key)
    {
        for (uint i = (uint)FlowHash.Of(key, 0) & _mask; _keys[i] != 0; i = (i + 1) & _mask)
        {
            if (_keys[i] == key)
                return _values[i];
        }
        return -1;
    }
}
