using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Tells the flow directory of this node's flows, and asks it.</summary>
/// <remarks>What finds the queue full is noted in the flow's flags and said later, when the sweeper comes by: an insert
/// or a close is never lost while the flow has a slot. Only decided flows are updated, so news of a flow stay in
/// order; an insert without a decision is repeated.</remarks>
internal sealed class FlowPublisher(
    FlowTable table, FlowExchange exchange, DataplaneOptions options, PacketCounters packets)
{
    private const FlowFlags Due = FlowFlags.InsertDue | FlowFlags.UpdateDue | FlowFlags.CloseDue;
    private const long RefreshNs = 60_000_000_000;
    private const long InsertAgainNs = 3_000_000_000;
    private const int LeastTombstoneMs = 2_000;
    private const int MuchUnawaited = 256;
    private const uint Spread = 2_654_435_761;

    private readonly FlowColumns _columns = table.Columns;
    private readonly FlowIncarnation _incarnations =
        new(options.NodeId, options.Start, options.Pipeline, Math.Max(1, options.Queues));
    private bool _isAwaited;
    private int _unawaited;

    /// <summary>Numbers a flow that this node creates.</summary>
    public void Begin(int slot) => _columns.Incarnation[slot] = _incarnations.Next();

    /// <summary>Asks for a decision about a new flow; false when that must wait.</summary>
    public bool Insert(int slot, long nowNs)
    {
        ref FlowFlags flags = ref _columns.Flags[slot];
        if (!TryWrite(FlowRequestKind.Insert, slot))
        {
            flags |= FlowFlags.InsertDue;
            return false;
        }
        flags = (flags & ~(FlowFlags.InsertDue | FlowFlags.UpdateDue)) | FlowFlags.Inserted | FlowFlags.Undecided;
        _columns.Refresh[slot] = FlowTimes.Coarse(nowNs + InsertAgainNs);
        return true;
    }

    /// <summary>Tells of a flow's new state, or that it goes on; inserts one that the directory does not
    /// know.</summary>
    public void Update(int slot, long nowNs)
    {
        ref FlowFlags flags = ref _columns.Flags[slot];
        if ((flags & FlowFlags.Inserted) == FlowFlags.None)
        {
            Insert(slot, nowNs);
            return;
        }
        if ((flags & FlowFlags.Undecided) != FlowFlags.None || !TryWrite(FlowRequestKind.Update, slot))
        {
            flags |= FlowFlags.UpdateDue;
            return;
        }
        flags &= ~FlowFlags.UpdateDue;
        _columns.Refresh[slot] = FlowTimes.Coarse(nowNs + RefreshNs);
    }

    /// <summary>Tells that a flow is over; its record outlives it by the hold-down.</summary>
    public void Close(int slot, FlowQueueKind holdDown)
    {
        bool isKnown = (_columns.Flags[slot] & FlowFlags.Inserted) != FlowFlags.None;
        Disown(slot);
        if (!isKnown)
            return;
        _columns.IdleTimeoutMs[slot] = Math.Max(LeastTombstoneMs, (int)(FlowTimes.Of(holdDown) / 1_000_000));
        _columns.Flags[slot] |= FlowFlags.CloseDue;
        TryClose(slot);
    }

    /// <summary>Says a close that is due; false when it cannot be said yet.</summary>
    public bool TryClose(int slot)
    {
        ref FlowFlags flags = ref _columns.Flags[slot];
        if ((flags & FlowFlags.CloseDue) == FlowFlags.None)
            return true;
        if (!TryWrite(FlowRequestKind.Close, slot))
            return false;
        flags &= ~FlowFlags.CloseDue;
        return true;
    }

    /// <summary>From now on the directory hears nothing of the flow.</summary>
    public void Disown(int slot) => _columns.Flags[slot] &= ~(FlowFlags.Inserted | FlowFlags.Undecided | Due);

    /// <summary>The flow is the one; what happened meanwhile is told.</summary>
    public void Decide(int slot, uint epoch, long nowNs)
    {
        ref FlowFlags flags = ref _columns.Flags[slot];
        flags &= ~FlowFlags.Undecided;
        _columns.OwnerEpoch[slot] = epoch;
        SetRefresh(slot, nowNs);
        if ((flags & FlowFlags.UpdateDue) != FlowFlags.None)
            Update(slot, nowNs);
    }

    /// <summary>The flow is this node's by the directory's word.</summary>
    public void Own(int slot, in FlowRecord record, long nowNs)
    {
        ref FlowFlags flags = ref _columns.Flags[slot];
        flags = (flags & ~(FlowFlags.Undecided | FlowFlags.InsertDue)) | FlowFlags.Inserted;
        _columns.Incarnation[slot] = record.Incarnation;
        _columns.OwnerEpoch[slot] = record.Epoch;
        SetRefresh(slot, nowNs);
    }

    /// <summary>What a flow of this node stands with against others of its key, see
    /// <see cref="FlowEpoch.Rank"/>.</summary>
    public uint Rank(int slot) => FlowEpoch.Rank(_columns.OwnerEpoch[slot], StateOf(_columns.State[slot]));

    /// <summary>Says what is due of a flow; the sweeper's part.</summary>
    public void Retry(int slot, long nowNs)
    {
        FlowFlags flags = _columns.Flags[slot];
        if ((flags & FlowFlags.CloseDue) != FlowFlags.None)
            TryClose(slot);
        else if ((flags & FlowFlags.InsertDue) != FlowFlags.None)
            Insert(slot, nowNs);
        else
            Update(slot, nowNs);
    }

    /// <summary>Refreshes a living flow's record when it is time; asks again when there was no decision.</summary>
    public void Refresh(int slot, long nowNs)
    {
        FlowFlags flags = _columns.Flags[slot];
        if (!FlowTimes.IsOver(_columns.Refresh[slot], nowNs) || (flags & FlowFlags.Inserted) == FlowFlags.None)
            return;
        if ((flags & FlowFlags.Undecided) != FlowFlags.None)
            Insert(slot, nowNs);
        else
            Update(slot, nowNs);
    }

    /// <summary>Another node owns the flow from now on, with a port of ours.</summary>
    public void Lend(int slot, long nowNs) => SetRefresh(slot, nowNs);

    /// <summary>Asks, every minute, for the flow that another node carries on from a port of ours: word of its end may
    /// have been lost, and an owner that died gives none.</summary>
    public void AskForLent(int slot, long nowNs)
    {
        if (!FlowTimes.IsOver(_columns.Refresh[slot], nowNs))
            return;
        _columns.Refresh[slot] = FlowTimes.Coarse(nowNs + RefreshNs);
        TryLookUp(_columns.Reverse[slot], quickly: false);
    }

    /// <summary>Asks who has a key; false when it cannot be asked now.</summary>
    public bool TryLookUp(in FlowKey key, bool quickly)
    {
        var kind = quickly ? FlowRequestKind.LookUpQuickly : FlowRequestKind.LookUp;
        return TryWrite(new FlowRequest { Kind = kind, Key = key });
    }

    /// <summary>Tells that a node relayed a frame that is none of ours.</summary>
    public void TellNotMine(in FlowKey key, ushort node) =>
        TryWrite(new FlowRequest { Kind = FlowRequestKind.NotMine, Node = node, Key = key });

    /// <summary>Rings once for all that was written since, when it is awaited or has become much: the directory looks
    /// by itself within 10 ms, and a bell for each change would cost more than all else about it.</summary>
    public void Ring()
    {
        if (!_isAwaited && _unawaited < MuchUnawaited)
            return;
        _isAwaited = false;
        _unawaited = 0;
        exchange.RequestsWaiting();
    }

    /// <summary>Records of flows that came together are refreshed apart: 30 to 60 s from now.</summary>
    private void SetRefresh(int slot, long nowNs) =>
        _columns.Refresh[slot] =
            FlowTimes.Coarse(nowNs + (RefreshNs / 2) + ((uint)slot * Spread % (RefreshNs / 2)));

    private bool TryWrite(FlowRequestKind kind, int slot) =>
        TryWrite(new FlowRequest
        {
            Kind = kind,
            Key = _columns.Forward[slot],
            Record = Record(slot, kind == FlowRequestKind.Close ? FlowState.Closed : _columns.State[slot]),
        });

    private bool TryWrite(in FlowRequest request)
    {
        if (exchange.Requests.TryWrite(request))
        {
            if (request.Kind is FlowRequestKind.Update or FlowRequestKind.Close)
                _unawaited++;
            else
                _isAwaited = true;
            return true;
        }
        packets.Add(PacketCounter.DirectoryFull);
        return false;
    }

    private FlowRecord Record(int slot, FlowState state)
    {
        FlowKey forward = _columns.Forward[slot];
        FlowKey reverse = _columns.Reverse[slot];
        return new FlowRecord
        {
            Client = forward.Source,
            Vip = forward.Destination,
            ClientPortBe = forward.SourcePortBe,
            VipPortBe = forward.DestinationPortBe,
            Target = reverse.Source,
            Snat = reverse.Destination,
            TargetPortBe = reverse.SourcePortBe,
            SnatPortBe = reverse.DestinationPortBe,
            ListenerId = _columns.ListenerId[slot],
            TargetId = _columns.TargetId[slot],
            OwnerStart = options.Start,
            Incarnation = _columns.Incarnation[slot],
            Epoch = _columns.OwnerEpoch[slot],
            HeaderSequence = _columns.HeaderBytes[slot] == 0 ? 0 : _columns.TargetExpects[slot],
            OwnerNode = options.NodeId,
            IdleTimeoutSeconds = (ushort)Math.Clamp(_columns.IdleTimeoutMs[slot] / 1_000, 1, ushort.MaxValue),
            Protocol = (byte)forward.Protocol,
            State = StateOf(state),
        };
    }

    private static FlowRecordState StateOf(FlowState state) => state switch
    {
        FlowState.SynSeen or FlowState.SynAckSeen or FlowState.HeaderSent or FlowState.Unconfirmed =>
            FlowRecordState.Opening,
        FlowState.Established => FlowRecordState.Established,
        FlowState.Closing => FlowRecordState.Closing,
        _ => FlowRecordState.Tombstone,
    };
}
