using System.Runtime.CompilerServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Replicas;

/// <summary>Records by slot, in chunks, so that growing moves none.</summary>
/// <remarks>68 bytes a record: the packed record and when it was last heard of; 64 more for the addresses of one that
/// has to do with IPv6, in rows of their own.</remarks>
internal sealed class RecordStore(int capacity)
{
    private const int ChunkSlots = 1_024;

    private readonly RecordRow[]?[] _rows = new RecordRow[]?[(capacity + ChunkSlots - 1) / ChunkSlots];
    private readonly WideAddresses _wide = new(capacity);
    private int _free = -1;

    /// <summary>Records it has room for.</summary>
    public int Capacity => capacity;

    /// <summary>Slots that were ever used; a walk ends here.</summary>
    public int Used { get; private set; }

    /// <summary>Records now.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another record finds room.</summary>
    public bool HasRoom => _free >= 0 || Used < capacity;

    /// <summary>The record of a slot; <see cref="FlowRecordState.None"/> where there is none.</summary>
    public FlowRecord this[int slot]
    {
        get
        {
            ref readonly FlowRecord4 packed = ref Row(slot).Record;
            return packed.IsPacked ? packed.ToRecord() : _wide.Unpack(packed);
        }
        set
        {
            ref FlowRecord4 packed = ref Row(slot).Record;
            if (!packed.IsPacked)
                _wide.Release(packed);
            packed = value.IsIpv4 ? FlowRecord4.Of(value) : _wide.Pack(value);
        }
    }

    /// <summary>Where the record of a slot is in its life.</summary>
    public FlowRecordState State(int slot) => Row(slot).Record.State;

    /// <summary>When the record of a slot was last heard of, in seconds.</summary>
    public ref uint Heard(int slot) => ref Row(slot).HeardSeconds;

    /// <summary>All that a slot itself keeps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref RecordRow Row(int slot) => ref _rows[(uint)slot / ChunkSlots]![(uint)slot % ChunkSlots];

    /// <summary>One of a slot's keys.</summary>
    public FlowKey Key(int slot, FlowSide side)
    {
        ref readonly FlowRecord4 packed = ref Row(slot).Record;
        if (packed.IsPacked)
            return side == FlowSide.Client ? packed.Forward.ToKey() : packed.Reverse.ToKey();
        FlowRecord record = _wide.Unpack(packed);
        return side == FlowSide.Client ? record.Forward : record.Reverse;
    }

    /// <summary>Whether a slot has this key.</summary>
    public bool Is(int slot, FlowSide side, in FlowKey key)
    {
        ref readonly FlowRecord4 packed = ref Row(slot).Record;
        if (!packed.IsPacked)
            return Key(slot, side) == key;
        return key.IsIpv4 && FlowKey4.Of(key) == (side == FlowSide.Client ? packed.Forward : packed.Reverse);
    }

    /// <summary>Takes a slot; there must be room.</summary>
    public int Take()
    {
        Count++;
        if (_free >= 0)
        {
            int slot = _free;
            _free = (int)Heard(slot) - 1;
            return slot;
        }
        _rows[Used / ChunkSlots] ??= new RecordRow[ChunkSlots];
        return Used++;
    }

    /// <summary>Gives a slot back.</summary>
    public void Release(int slot)
    {
        ref RecordRow row = ref Row(slot);
        if (!row.Record.IsPacked)
            _wide.Release(row.Record);
        row = new RecordRow { HeardSeconds = (uint)(_free + 1) };
        _free = slot;
        Count--;
    }
}
