using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>The SYN-ACKs that wait for the directory's word on their flows, one a flow, at most 512.</summary>
/// <remarks>All wait the same 5 ms at most, so the oldest is always the first due. A flow's place stands in
/// <see cref="FlowColumns.Parked"/>; slot and incarnation prove that it is still that flow's. Single-threaded; nothing
/// allocates after construction.</remarks>
internal sealed class SynAckPark(FlowColumns columns)
{
    public const int Frames = 512;

    /// <summary>A SYN-ACK waits for so long.</summary>
    public const long PatienceNs = 5_000_000;

    private const int Mask = Frames - 1;

    private readonly Parked[] _ring = new Parked[Frames];
    private int _head;
    private int _count;

    private struct Parked
    {
        public FrameSlot Frame;
        public int Slot;
        public bool IsTaken;
        public ulong Incarnation;
        public long DueNs;
    }

    /// <summary>Whether another flow's SYN-ACK has room.</summary>
    public bool HasRoom => _count < Frames;

    /// <summary>When the oldest one is due; <see cref="long.MaxValue"/> when none waits.</summary>
    public long DueNs => _count == 0 ? long.MaxValue : _ring[_head].DueNs;

    /// <summary>Whether a flow's SYN-ACK waits.</summary>
    public bool Has(int slot)
    {
        ref Parked parked = ref _ring[columns.Parked[slot] & Mask];
        return ((columns.Parked[slot] - _head) & Mask) < _count && !parked.IsTaken && parked.Slot == slot
            && parked.Incarnation == columns.Incarnation[slot];
    }

    /// <summary>Keeps a frame; the flow has none here, and there is room.</summary>
    public void Add(int slot, FrameSlot frame, long nowNs)
    {
        int place = (_head + _count++) & Mask;
        columns.Parked[slot] = place;
        _ring[place] = new Parked
        {
            Frame = frame, Slot = slot, Incarnation = columns.Incarnation[slot], DueNs = nowNs + PatienceNs,
        };
    }

    /// <summary>Keeps a newer frame in place of the flow's; the older one comes back.</summary>
    public FrameSlot Exchange(int slot, FrameSlot frame)
    {
        ref FrameSlot place = ref _ring[columns.Parked[slot]].Frame;
        FrameSlot older = place;
        place = frame;
        return older;
    }

    /// <summary>Takes a flow's frame; false when it has none.</summary>
    public bool TryTake(int slot, out FrameSlot frame)
    {
        frame = default;
        if (!Has(slot))
            return false;
        ref Parked parked = ref _ring[columns.Parked[slot]];
        parked.IsTaken = true;
        frame = parked.Frame;
        Shrink();
        return true;
    }

    /// <summary>Takes the oldest frame when its time is over.</summary>
    /// <param name="nowNs">Now.</param>
    /// <param name="slot">Its flow, or <see cref="FlowTable.None"/> when that is gone.</param>
    /// <param name="frame">The frame.</param>
    public bool TryTakeDue(long nowNs, out int slot, out FrameSlot frame)
    {
        (slot, frame) = (FlowTable.None, default);
        if (DueNs > nowNs)
            return false;
        ref Parked parked = ref _ring[_head];
        frame = parked.Frame;
        if (columns.Incarnation[parked.Slot] == parked.Incarnation)
            slot = parked.Slot;
        parked.IsTaken = true;
        Shrink();
        return true;
    }

    private void Shrink()
    {
        while (_count > 0 && _ring[_head].IsTaken)
        {
            _head = (_head + 1) & Mask;
            _count--;
        }
    }
}
