using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Flows.Replicas;

/// <summary>Records by slot, in chunks, so that growing moves none.</summary>
/// <remarks>68 bytes a record: the record and when it was last heard of.</remarks>
internal sealed class RecordStore(int capacity)
{
    private const int ChunkSlots = 1_024;

    private readonly FlowRecord4[]?[] _records = new FlowRecord4[]?[(capacity + ChunkSlots - 1) / ChunkSlots];
    private readonly uint[]?[] _heard = new uint[]?[(capacity + ChunkSlots - 1) / ChunkSlots];
    private int _free = -1;

    /// <summary>Slots that were ever used; a walk ends here.</summary>
    public int Used { get; private set; }

    /// <summary>Records now.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another record finds room.</summary>
    public bool HasRoom => _free >= 0 || Used < capacity;

    /// <summary>The record of a slot; <see cref="FlowRecordState.None"/> where there is none.</summary>
    public ref FlowRecord4 this[int slot] => ref _records[slot / ChunkSlots]![slot % ChunkSlots];

    /// <summary>When the record of a slot was last heard of, in seconds.</summary>
    public ref uint Heard(int slot) => ref _heard[slot / ChunkSlots]![slot % ChunkSlots];

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
        _records[Used / ChunkSlots] ??= new FlowRecord4[ChunkSlots];
        _heard[Used / ChunkSlots] ??= new uint[ChunkSlots];
        return Used++;
    }

    /// <summary>Gives a slot back.</summary>
    public void Release(int slot)
    {
        this[slot] = default;
        Heard(slot) = (uint)(_free + 1);
        _free = slot;
        Count--;
    }
}
