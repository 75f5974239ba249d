using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Every step of a flow's life that touches more than the flow table: its counters and its cached
/// entries, and is told to the flow directory.</summary>
internal sealed class FlowLifecycle(
    FlowTable table, IFlowCache cache, PipelineCounters counters, FlowPublisher? publisher, ConnectionProbe? probe,
    HeaderSender? headers, FlowLogger log)
{
    private readonly FlowColumns _columns = table.Columns;
    private readonly CacheInstalls _installs = new(table, cache, counters.Pipeline, log);

    /// <summary>What the tables in use say of targets.</summary>
    public TargetTable Targets { get; set; } = ModelTables.Empty.Targets;

    /// <summary>Where established flows are cached.</summary>
    public IFlowCache Cache => cache;

    /// <summary>What becomes of frames.</summary>
    public FlowEntries Entries => _installs.Entries;

    /// <summary>What is kept for the flow log.</summary>
    public FlowLogger Log => log;

    /// <summary>Whether another flow may be established.</summary>
    public bool CanEstablish => table.HasRoom(FlowPool.Established);

    /// <summary>Adds a flow; its pool has room.</summary>
    public int Create(
        in FlowKey forward, in FlowKey translation, in ListenerEntry listener, in TargetChoice target, FlowState state,
        long nowNs)
    {
        int slot = Add(forward, translation, listener, target.Slot, target.Id, state, nowNs);
        _columns.OwnerEpoch[slot] = 0;
        log.Begin(slot, listener.Logs, isCarriedOn: false, nowNs);
        counters.Listeners[listener.Slot].NewFlows++;
        counters.Targets[target.Slot].NewFlows++;
        publisher?.Begin(slot);
        return slot;
    }

    /// <summary>Adds a flow that another node began; neither key is there, and its pool has room.</summary>
    /// <param name="record">How it is translated, whether the target is still to acknowledge a header, and whether an
    /// end has sent a FIN.</param>
    /// <param name="listener">Its listener.</param>
    /// <param name="targetSlot">-1 when the model no longer has the target.</param>
    /// <param name="nowNs">From now on it is idle.</param>
    public int CarryOn(in FlowRecord record, in ListenerEntry listener, int targetSlot, long nowNs)
    {
        bool isClosing = record.State == FlowRecordState.Closing;
        bool lacksHeader = record.HeaderSequence != 0;
        FlowState state = isClosing ? FlowState.Closing : lacksHeader ? FlowState.SynAckSeen : FlowState.Established;
        int slot = Add(record.Forward, record.Translation, listener, targetSlot, record.TargetId, state, nowNs);
        log.Begin(slot, listener.Logs, isCarriedOn: true, nowNs);
        if (isClosing)
            _columns.IdleTimeoutMs[slot] = record.IdleTimeoutSeconds * 1_000;
        else if (lacksHeader)
            ExpectHeader(slot, record.Forward, record.HeaderSequence);
        return slot;
    }

    /// <summary>The target is to have a header before the client's first octet.</summary>
    public void ExpectHeader(int slot, in FlowKey forward, uint sequence)
    {
        _columns.HeaderBytes[slot] = (byte)ProxyHeader.BytesOf(forward);
        _columns.TargetExpects[slot] = sequence;
    }

    /// <summary>The target did not acknowledge its header in time: it gets it again, or both ends a reset.</summary>
    public void RepeatHeader(int slot, long nowNs)
    {
        if (headers!.TryRepeat(slot))
            table.Advance(slot, FlowState.HeaderSent, nowNs);
        else
            End(slot, FlowEnd.Unanswered, nowNs);
    }

    /// <summary>Takes the next step of a handshake.</summary>
    public void Advance(int slot, FlowState state, long nowNs) => table.Advance(slot, state, nowNs);

    /// <summary>The target answered a SYN.</summary>
    public void CountAnswer(int slot)
    {
        ref ulong word = ref counters.Targets[_columns.Target[slot]].Connects;
        Volatile.Write(ref word, ConnectCounters.Of(word).WithAnswer().Word);
    }

    /// <summary>The target refused a SYN, or did not answer it in time.</summary>
    public void CountFailure(int slot)
    {
        ref ulong word = ref counters.Targets[_columns.Target[slot]].Connects;
        Volatile.Write(ref word, ConnectCounters.Of(word).WithFailure(_columns.Forward[slot].Source).Word);
    }

    /// <summary>A reset of an end ended by this verdict.</summary>
    public void CountReset(int slot, FlowSide side, PacketCounter verdict)
    {
        if (verdict is not (PacketCounter.Forwarded or PacketCounter.Translated or PacketCounter.Encapsulated))
            return;
        counters.Listeners.Resets(_columns.Listener[slot]).Count(side);
        counters.Targets.Resets(_columns.Target[slot]).Count(side);
    }

    /// <summary>Resets of the flow were made here.</summary>
    public void CountOwnResets(int slot, int number)
    {
        counters.Listeners.Resets(_columns.Listener[slot]).Own += (ulong)number;
        counters.Targets.Resets(_columns.Target[slot]).Own += (ulong)number;
    }

    /// <summary>Both ends take part from now on: the flow may be cached.</summary>
    public void Establish(int slot, long nowNs)
    {
        table.Advance(slot, FlowState.Established, nowNs);
        log.Establish(slot);
        publisher?.Update(slot, nowNs);
        RequestInstall(slot, nowNs);
    }

    /// <summary>An end sent a FIN.</summary>
    public void BeginClose(int slot, long nowNs)
    {
        table.Advance(slot, FlowState.Closing, nowNs);
        publisher?.Update(slot, nowNs);
    }

    /// <summary>Both ends sent a FIN, and the flow cache will forward the last acknowledgement.</summary>
    public void AwaitLastAck(int slot, long nowNs) => table.Await(slot, FlowQueueKind.LastAck, nowNs);

    /// <summary>An RST passed that its receiver may have taken: any other frame keeps the flow. The flow directory is
    /// not told meanwhile.</summary>
    public void Doubt(int slot, FlowSide side, long nowNs)
    {
        Uncache(slot, nowNs);
        log.Suspect(slot, side);
        table.Doubt(slot, FlowQueueKind.ResetSeen, nowNs);
    }

    /// <summary>Nothing passed since <see cref="Doubt"/>: asks both ends, twice. One that lives says so, one that does
    /// not answers with an RST that is exact; who says nothing is gone.</summary>
    /// <param name="slot">The flow.</param>
    /// <param name="kind">The queue it waited in.</param>
    /// <param name="nowNs">Now.</param>
    public void EndDoubt(int slot, FlowQueueKind kind, long nowNs)
    {
        if (probe is null)
            Trust(slot);
        else if (kind == FlowQueueKind.ResetAskedAgain)
            Close(slot, FlowQueueKind.AfterReset, FlowEnd.Gone, nowNs);
        else
            table.Doubt(slot, probe.TrySend(slot, nowNs) ? kind + 1 : kind, nowNs);
    }

    /// <summary>Asks both ends of an established flow whether they still have it, unless that is under way.</summary>
    public void Ask(int slot, long nowNs)
    {
        if ((_columns.Flags[slot] & FlowFlags.ResetSeen) != FlowFlags.None
            && (FlowQueueKind)_columns.Queue[slot] != FlowQueueKind.ResetSeen)
            return;
        Uncache(slot, nowNs);
        EndDoubt(slot, FlowQueueKind.ResetSeen, nowNs);
    }

    /// <summary>The connection goes on after all.</summary>
    public void Trust(int slot)
    {
        log.Trust(slot);
        table.Trust(slot);
    }

    /// <summary>The sequence number that the other end takes next from a side, as the cache or the pipeline saw it
    /// last; 0 when that is not known.</summary>
    public uint ExpectedFrom(int slot, FlowSide side, long nowNs)
    {
        if ((_columns.Flags[slot] & FlowFlags.Cached) != FlowFlags.None)
            TryReadCache(slot, nowNs);
        return (side == FlowSide.Client ? _columns.TargetExpects : _columns.ClientExpects)[slot];
    }

    /// <summary>The connection is over; stragglers pass until the hold-down ends.</summary>
    public void Close(int slot, FlowQueueKind holdDown, FlowEnd end, long nowNs)
    {
        Uncache(slot, nowNs);
        log.EndWithFrame(slot, end);
        Deactivate(slot);
        publisher?.Close(slot, holdDown);
        table.Close(slot, holdDown, nowNs);
    }

    /// <summary>Ends a flow that lives: both sides of a connection get a reset.</summary>
    public void End(int slot, FlowEnd end, long nowNs)
    {
        Uncache(slot, nowNs);
        if (_columns.Forward[slot].Protocol == (uint)IpProtocol.Tcp)
            CountOwnResets(slot, probe?.Reset(slot) ?? 0);
        Forget(slot, FlowQueueKind.AfterReset, end, nowNs);
    }

    /// <summary>Forgets a flow; its port is held, if it has one.</summary>
    public void Forget(int slot, FlowQueueKind holdDown, FlowEnd end, long nowNs)
    {
        if (_columns.IsDirect(slot))
        {
            Remove(slot, end, nowNs);
            return;
        }
        Uncache(slot, nowNs);
        log.End(slot, end);
        bool isClosed = table.State(slot) == FlowState.Closed;
        if (!isClosed)
        {
            Deactivate(slot);
            publisher?.Close(slot, holdDown);
        }
        Dereference(slot);
        if (isClosed)
            table.HoldClosed(slot);
        else
            table.Hold(slot, holdDown, nowNs);
    }

    /// <summary>Forgets a flow that another node carries on from our port, which stays taken until its end.</summary>
    public void Lend(int slot, long nowNs)
    {
        Strip(slot, FlowEnd.Moved, nowNs);
        table.Lend(slot, nowNs);
    }

    /// <summary>The pipeline ends: who has its flows from now on tells how they end.</summary>
    public void Leave(long nowNs)
    {
        for (int slot = 0; slot < table.Slots; slot++)
        {
            if ((_columns.Flags[slot] & FlowFlags.Logged) == FlowFlags.None)
                continue;
            Uncache(slot, nowNs);
            log.End(slot, FlowEnd.Moved);
        }
    }

    /// <summary>Takes a flow of any state out wholly, its port too.</summary>
    public void Remove(int slot, FlowEnd end, long nowNs)
    {
        if (IsActive(slot))
            publisher?.Close(slot, FlowQueueKind.Long);
        Strip(slot, end, nowNs);
        table.Release(slot);
    }

    /// <summary>Takes a flow in hold-down out wholly; false while its end could not be told yet.</summary>
    public bool TryRelease(int slot)
    {
        if (publisher is not null && !publisher.TryClose(slot))
            return false;
        Release(slot);
        return true;
    }

    /// <summary>Says what could not be said yet of a flow, or that it goes on.</summary>
    public void Publish(int slot, long nowNs)
    {
        if (publisher is null)
            return;
        const FlowFlags CannotWait = FlowFlags.InsertDue | FlowFlags.CloseDue;
        FlowFlags flags = _columns.Flags[slot];
        bool isUpdateDue = (flags & (FlowFlags.UpdateDue | FlowFlags.Undecided)) == FlowFlags.UpdateDue;
        if (isUpdateDue || (flags & CannotWait) != FlowFlags.None)
            publisher.Retry(slot, nowNs);
        else if (_columns.State[slot] != FlowState.Free && IsActive(slot))
            publisher.Refresh(slot, nowNs);
        else if (_columns.State[slot] == FlowState.Lent)
            publisher.AskForLent(slot, nowNs);
    }

    /// <inheritdoc cref="CacheInstalls.Request"/>
    public void RequestInstall(int slot, long nowNs) => _installs.Request(slot, nowNs);

    /// <summary>Does what waits for the frames of a batch: flows are cached, and flows that ended are logged.</summary>
    public void EndBatch(long nowNs)
    {
        _installs.Work(nowNs);
        log.Settle();
    }

    /// <summary>Reads what the cache noted of a flow: the stamps and the acknowledgement numbers.</summary>
    /// <returns>False when the cache lost the flow.</returns>
    public bool TryReadCache(int slot, long nowNs)
    {
        // In a queue it is the queue's.
        if (_columns.Queue[slot] < 0)
            _columns.DeadlineNs[slot] = nowNs + CacheInstalls.ReadIntervalNs;
        ref long seenNs = ref _columns.LastSeenNs[slot];
        bool isDirect = _columns.IsDirect(slot);
        bool hasClient = cache.TryRead(_columns.Forward[slot], out FlowEntry fromClient);
        if (hasClient)
            seenNs = Math.Max(seenNs, fromClient.SeenNs(nowNs));
        FlowEntry fromTarget = default;
        bool hasTarget = !isDirect && cache.TryRead(_columns.Reverse[slot], out fromTarget);
        if (hasTarget)
            seenNs = Math.Max(seenNs, fromTarget.SeenNs(nowNs));
        if (isDirect)
            return hasClient;
        fromClient.ReadAcknowledgement(ref _columns.ClientExpects[slot]);
        fromTarget.ReadAcknowledgement(ref _columns.TargetExpects[slot]);
        return hasClient && hasTarget;
    }

    /// <summary>Takes both directions out of the cache.</summary>
    public void Uncache(int slot, long nowNs)
    {
        _columns.Flags[slot] &= ~FlowFlags.InstallPending;
        if ((_columns.Flags[slot] & FlowFlags.Cached) == FlowFlags.None)
            return;
        TryReadCache(slot, nowNs);
        cache.TryRemove(_columns.Forward[slot]);
        if (!_columns.IsDirect(slot))
            cache.TryRemove(_columns.Reverse[slot]);
        _columns.Flags[slot] &= ~FlowFlags.Cached;
        log.TakeCounts(slot, cache);
    }

    private int Add(
        in FlowKey forward, in FlowKey translation, in ListenerEntry listener, int targetSlot, uint targetId,
        FlowState state, long nowNs)
    {
        if (table.IsFull)
            Release(table.FirstToGiveWay());
        int slot = table.Add(forward, translation, state, nowNs);
        _columns.Listener[slot] = listener.Slot;
        _columns.Target[slot] = targetSlot;
        _columns.ListenerId[slot] = listener.Id;
        _columns.TargetId[slot] = targetId;
        _columns.IdleTimeoutMs[slot] = listener.IdleTimeoutMs;
        Begin(ref counters.Listeners[listener.Slot]);
        Begin(ref counters.Targets[targetSlot]);
        return slot;
    }

    private void Release(int slot)
    {
        log.Settle();
        publisher?.TryClose(slot);
        if (IsCounted(slot))
            Dereference(slot);
        table.Release(slot);
    }

    private bool IsCounted(int slot) => table.State(slot) is not (FlowState.Held or FlowState.Lent);

    private bool IsActive(int slot) => IsCounted(slot) && table.State(slot) != FlowState.Closed;

    /// <summary>Takes a flow out of the cache and out of all counts.</summary>
    private void Strip(int slot, FlowEnd end, long nowNs)
    {
        Uncache(slot, nowNs);
        log.End(slot, end);
        if (IsActive(slot))
            Deactivate(slot);
        if (IsCounted(slot))
            Dereference(slot);
    }

    private void Deactivate(int slot)
    {
        counters.Listeners[_columns.Listener[slot]].ActiveFlows--;
        counters.Targets[_columns.Target[slot]].ActiveFlows--;
        Targets.OnEnd(_columns.Target[slot], counters.Targets);
    }

    private void Dereference(int slot)
    {
        counters.Listeners[_columns.Listener[slot]].References--;
        counters.Targets[_columns.Target[slot]].References--;
        _columns.Listener[slot] = -1;
        _columns.Target[slot] = -1;
    }

    private static void Begin(ref FlowCounterRow row)
    {
        row.References++;
        row.ActiveFlows++;
    }
}
