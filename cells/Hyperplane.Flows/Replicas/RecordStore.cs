using System.Runtime.CompilerServices;
using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Flows.Replicas;

/// <summary>Records by slot, in chunks, so that growing moves none.</summary>
/// <remarks>68 bytes a record: the record and when it was last heard of.</remarks>
internal sealed class RecordStore(int capacity)
{
    private const int ChunkSlots = 1_024;

    private readonly RecordRow[]?[] _rows = new RecordRow[]?[(capacity + ChunkSlots - 1) / ChunkSlots];
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
    public ref FlowRecord4 this[int slot] => ref Row(slot).Record;

    /// <summary>When the record of a slot was last heard of, in seconds.</summary>
    public ref uint Heard(int slot) => ref Row(slot).HeardSeconds;

    /// <summary>All of a slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref RecordRow Row(int slot) => ref _rows[(uint)slot / ChunkSlots]![(uint)slot % ChunkSlots];

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
        Row(slot) = new RecordRow { HeardSeconds = (uint)(_free + 1) };
        _free = slot;
        Count--;
    }
}
