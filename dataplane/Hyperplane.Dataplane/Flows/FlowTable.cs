namespace Hyperplane.Dataplane.Flows;

/// <summary>All flows of one pipeline thread: bounded, preallocated, found by either key.</summary>
/// <remarks>One set of columns with a quota for each <see cref="FlowPool"/>: half-open flows can never take the place
/// of established ones, and a flow keeps its slot from SYN to hold-down. Flows in hold-down use what the quotas leave
/// free and give way, the first due first. Single-threaded; nothing allocates after construction.</remarks>
public sealed class FlowTable
{
    /// <summary>No flow.</summary>
    public const int None = -1;

    private readonly FlowIndex _index;
    private readonly FlowQueue[] _queues;
    private readonly int[] _counts = new int[4];
    private readonly int[] _limits;
    private int _free;

    /// <summary>Takes the memory for both kinds of flows.</summary>
    /// <param name="flows">Established flows it can hold.</param>
    /// <param name="halfOpen">TCP handshakes it can hold, and as many UDP flows of one datagram.</param>
    /// <param name="seed">Secret of this node's start, against aimed collisions.</param>
    public FlowTable(int flows, int halfOpen, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(flows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(halfOpen);
        Slots = flows + (2 * halfOpen);
        Columns = new FlowColumns(Slots);
        _index = new FlowIndex(Columns, seed);
        _limits = [halfOpen, halfOpen, flows, Slots];
        _queues = Enum.GetValues<FlowQueueKind>().Select(kind => new FlowQueue(Columns, kind)).ToArray();
        for (int slot = 0; slot < Slots; slot++)
            Columns.Next[slot] = slot + 1 < Slots ? slot + 1 : None;
        Array.Fill(Columns.Queue, (sbyte)-1);
    }

    /// <summary>Slots in all; a flow's handle is below.</summary>
    public int Slots { get; }

    internal FlowColumns Columns { get; }

    /// <summary>Flows of a pool now.</summary>
    public int Count(FlowPool pool) => _counts[(int)pool];

    /// <summary>Whether a pool takes another flow.</summary>
    public bool HasRoom(FlowPool pool) => _counts[(int)pool] < _limits[(int)pool];

    /// <summary>Whether more than a quarter of the place for half-open flows is taken.</summary>
    /// <remarks>So early because frames that wait already come on top: a full ring of 2,048, and of 16 pipelines each
    /// has place for 4,096 by default.</remarks>
    public bool IsCrowded => _counts[(int)FlowPool.HalfOpen] > _limits[(int)FlowPool.HalfOpen] / 4;

    /// <summary>The slot of the flow that has this key, in either direction, or <see cref="None"/>.</summary>
    public int Find(in FlowKey key, out FlowSide side) => _index.Find(key, out side);

    /// <summary>The state of a slot.</summary>
    public FlowState State(int slot) => Columns.State[slot];

    /// <summary>Whether <see cref="Add"/> needs <see cref="FirstToGiveWay"/> to be released before.</summary>
    public bool IsFull => _free == None;

    /// <summary>The flow in hold-down whose time is over first, lent ports last, or <see cref="None"/>.</summary>
    public int FirstToGiveWay()
    {
        int first = None;
        for (var kind = FlowQueueKind.AfterReset; kind <= FlowQueueKind.Long; kind++)
        {
            int head = _queues[(int)kind].Head;
            if (head != None && (first == None || Columns.DeadlineNs[head] < Columns.DeadlineNs[first]))
                first = head;
        }
        return first == None ? _queues[(int)FlowQueueKind.Lent].Head : first;
    }

    /// <summary>The flow of a queue that is due first, when it is due; else <see cref="None"/>.</summary>
    public int FirstDue(FlowQueueKind kind, long nowNs)
    {
        int head = _queues[(int)kind].Head;
        return head != None && Columns.DeadlineNs[head] <= nowNs ? head : None;
    }

    /// <summary>Adds a flow; neither key may be there, the pool must have room and a slot be free.</summary>
    /// <param name="state">Of a new flow <see cref="FlowState.SynSeen"/> or <see cref="FlowState.Unconfirmed"/>; of one
    /// that is carried on <see cref="FlowState.SynAckSeen"/>, <see cref="FlowState.Established"/> or
    /// <see cref="FlowState.Closing"/>.</param>
    public int Add(in FlowKey forward, in FlowKey reverse, FlowState state, long nowNs)
    {
        int slot = Take(forward, reverse, FlowFlags.None, nowNs);
        _index.Add(slot, FlowSide.Client);
        Enter(slot, state);
        WaitIn(slot, state, nowNs);
        return slot;
    }

    /// <summary>Notes a port that another node's flow has; the reverse key may not be there, and a slot be
    /// free.</summary>
    public int Reserve(in FlowKey forward, in FlowKey reverse, long nowNs)
    {
        int slot = Take(forward, reverse, FlowFlags.Detached, nowNs);
        Columns.Listener[slot] = -1;
        Columns.Target[slot] = -1;
        Enter(slot, FlowState.Lent);
        Wait(slot, FlowQueueKind.Lent, nowNs);
        return slot;
    }

    /// <summary>Goes on to an established or closing state, or to the next step of the handshake.</summary>
    public void Advance(int slot, FlowState state, long nowNs)
    {
        Leave(slot);
        Enter(slot, state);
        WaitIn(slot, state, nowNs);
    }

    /// <summary>Has an established or closing flow wait in one of the queues after an RST.</summary>
    public void Doubt(int slot, FlowQueueKind kind, long nowNs)
    {
        Await(slot, kind, nowNs);
        Columns.Flags[slot] |= FlowFlags.ResetSeen;
    }

    /// <summary>Has a flow wait in a queue, in the state it is in.</summary>
    public void Await(int slot, FlowQueueKind kind, long nowNs)
    {
        LeaveQueue(slot);
        Wait(slot, kind, nowNs);
    }

    /// <summary>Ends <see cref="Doubt"/>, or <see cref="Await"/>.</summary>
    public void Trust(int slot) => LeaveQueue(slot);

    /// <summary>Puts a flow that is over into hold-down; its frames are still found.</summary>
    public void Close(int slot, FlowQueueKind holdDown, long nowNs)
    {
        Leave(slot);
        Enter(slot, FlowState.Closed);
        Wait(slot, holdDown, nowNs);
    }

    /// <summary>Forgets an active flow but for its reverse key: the port stays taken for the hold-down.</summary>
    public void Hold(int slot, FlowQueueKind holdDown, long nowNs)
    {
        Detach(slot);
        Leave(slot);
        Enter(slot, FlowState.Held);
        Wait(slot, holdDown, nowNs);
    }

    /// <summary>Forgets a closed flow but for its reverse key; the hold-down it is in goes on.</summary>
    public void HoldClosed(int slot)
    {
        Detach(slot);
        Columns.State[slot] = FlowState.Held;
    }

    /// <summary>Forgets a flow of any state but for its reverse key, which another node uses from now on.</summary>
    public void Lend(int slot, long nowNs)
    {
        Detach(slot);
        Leave(slot);
        Enter(slot, FlowState.Lent);
        Wait(slot, FlowQueueKind.Lent, nowNs);
    }

    /// <summary>Takes a flow out wholly.</summary>
    public void Release(int slot)
    {
        Detach(slot);
        _index.Remove(slot, FlowSide.Target);
        Leave(slot);
        Columns.State[slot] = FlowState.Free;
        Columns.Flags[slot] = FlowFlags.None;
        Columns.Next[slot] = _free;
        _free = slot;
    }

    private int Take(in FlowKey forward, in FlowKey reverse, FlowFlags flags, long nowNs)
    {
        int slot = _free;
        _free = Columns.Next[slot];
        Columns.Forward.Set(slot, forward);
        Columns.Reverse.Set(slot, reverse);
        Columns.Flags[slot] = flags;
        Columns.LastSeenNs[slot] = nowNs;
        Columns.ClientExpects[slot] = 0;
        Columns.TargetExpects[slot] = 0;
        Columns.HeaderBytes[slot] = 0;
        _index.Add(slot, FlowSide.Target);
        return slot;
    }

    private void Detach(int slot)
    {
        if ((Columns.Flags[slot] & FlowFlags.Detached) != FlowFlags.None)
            return;
        _index.Remove(slot, FlowSide.Client);
        Columns.Flags[slot] |= FlowFlags.Detached;
    }

    private void Wait(int slot, FlowQueueKind kind, long nowNs) => _queues[(int)kind].Append(slot, nowNs);

    private void WaitIn(int slot, FlowState state, long nowNs)
    {
        if (state is FlowState.SynSeen or FlowState.SynAckSeen)
            Wait(slot, FlowQueueKind.HalfOpen, nowNs);
        else if (state == FlowState.Unconfirmed)
            Wait(slot, FlowQueueKind.Unconfirmed, nowNs);
        else if (state == FlowState.HeaderSent)
            Wait(slot, FlowQueueKind.HeaderSent, nowNs);
    }

    private void Enter(int slot, FlowState state)
    {
        Columns.State[slot] = state;
        _counts[(int)PoolOf(state)]++;
    }

    private void Leave(int slot)
    {
        _counts[(int)PoolOf(Columns.State[slot])]--;
        LeaveQueue(slot);
    }

    private void LeaveQueue(int slot)
    {
        Columns.Flags[slot] &= ~FlowFlags.ResetSeen;
        if (Columns.Queue[slot] >= 0)
            _queues[Columns.Queue[slot]].Remove(slot);
    }

    private static FlowPool PoolOf(FlowState state) => state switch
    {
        FlowState.SynSeen or FlowState.SynAckSeen or FlowState.HeaderSent => FlowPool.HalfOpen,
        FlowState.Unconfirmed => FlowPool.Unconfirmed,
        FlowState.Established or FlowState.Closing => FlowPool.Established,
        _ => FlowPool.HoldDown,
    };
}
