using System.Numerics;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Finds a flow by either of its keys: open addressing, linear probing, two entries a flow.</summary>
/// <remarks>At most half full. Removal shifts the entries behind it back, so there are no tombstones and a look-up that
/// misses never grows slower. An entry keeps 32 bits of hash beside slot and side; the seed is secret to the node, so
/// that nobody can aim for one bucket.</remarks>
internal sealed class FlowIndex
{
    private readonly ulong[] _entries;
    private readonly FlowKey4[] _forward;
    private readonly FlowKey4[] _reverse;
    private readonly ulong _seed;
    private readonly uint _mask;

    public FlowIndex(FlowColumns columns, ulong seed)
    {
        _forward = columns.Forward;
        _reverse = columns.Reverse;
        _seed = seed;
        _entries = new ulong[BitOperations.RoundUpToPowerOf2((ulong)_forward.Length * 4)];
        _mask = (uint)_entries.Length - 1;
    }

    /// <summary>The slot of the flow with this key, or -1.</summary>
    public int Find(in FlowKey4 key, out FlowSide side)
    {
        uint hash = (uint)FlowHash.Of(key, _seed);
        for (uint i = hash & _mask; ; i = (i + 1) & _mask)
        {
            ulong entry = _entries[i];
            if (entry == 0)
            {
                side = default;
                return -1;
            }
            if ((uint)(entry >> 32) != hash)
                continue;
            uint reference = (uint)entry - 1;
            side = (FlowSide)(reference & 1);
            int slot = (int)(reference >> 1);
            if (key == (side == FlowSide.Client ? _forward : _reverse)[slot])
                return slot;
        }
    }

    /// <summary>Adds the key that a slot's column holds; it must not be there yet.</summary>
    public void Add(int slot, FlowSide side)
    {
        uint hash = Hash(slot, side);
        uint i = hash & _mask;
        while (_entries[i] != 0)
            i = (i + 1) & _mask;
        _entries[i] = ((ulong)hash << 32) | Reference(slot, side);
    }

    /// <summary>Takes a key out that is there.</summary>
    public void Remove(int slot, FlowSide side)
    {
        uint reference = Reference(slot, side);
        uint hole = Hash(slot, side) & _mask;
        while ((uint)_entries[hole] != reference)
            hole = (hole + 1) & _mask;
        for (uint i = (hole + 1) & _mask; _entries[i] != 0; i = (i + 1) & _mask)
        {
            uint home = (uint)(_entries[i] >> 32) & _mask;
            if (((i - home) & _mask) < ((i - hole) & _mask))
                continue;
            _entries[hole] = _entries[i];
            hole = i;
        }
        _entries[hole] = 0;
    }

    private uint Hash(int slot, FlowSide side) =>
        (uint)FlowHash.Of((side == FlowSide.Client ? _forward : _reverse)[slot], _seed);

    private static uint Reference(int slot, FlowSide side) => (((uint)slot << 1) | (uint)side) + 1;
}
