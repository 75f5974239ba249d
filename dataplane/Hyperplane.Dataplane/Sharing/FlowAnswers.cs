using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Does what the flow directory says.</summary>
/// <remarks>Answers may be late: the flow they mean may be gone or another one's by now, so each is held against
/// incarnation and state before anything changes.</remarks>
internal sealed class FlowAnswers(
    SharedFlows shared, FlowTable table, FlowLifecycle flows, FlowPublisher publisher, INextHops nextHops,
    ushort ownNode)
{
    private readonly FlowColumns _columns = table.Columns;

    /// <summary>Takes one answer.</summary>
    public void Apply(in FlowAnswer answer, long nowNs)
    {
        switch (answer.Kind)
        {
            case FlowAnswerKind.Won:
                Win(answer.Record, nowNs);
                break;
            case FlowAnswerKind.Lost:
                Lose(answer.Record, nowNs);
                break;
            case FlowAnswerKind.Own:
                Own(answer, nowNs);
                break;
            case FlowAnswerKind.Relay:
                Relay(answer, nowNs);
                break;
            case FlowAnswerKind.Absent:
            case FlowAnswerKind.Unavailable:
                KnowNothing(answer, nowNs);
                break;
            case FlowAnswerKind.Displaced:
                Displace(answer.Record, nowNs);
                break;
            case FlowAnswerKind.PortFreed:
                if (TryFind(answer.Record, out int slot) && _columns.State[slot] == FlowState.Lent)
                    table.Hold(slot, FlowQueueKind.Long, nowNs);
                break;
            case FlowAnswerKind.PortTaken:
                Reserve(answer.Record, nowNs);
                break;
            case FlowAnswerKind.NotMine:
                shared.Relays.Remove(answer.Key);
                break;
        }
    }

    private void Win(in FlowRecord record, long nowNs)
    {
        if (!TryFind(record, out int slot))
            return;
        if ((_columns.Flags[slot] & FlowFlags.Undecided) == FlowFlags.None)
        {
            _columns.OwnerEpoch[slot] = FlowEpoch.Later(_columns.OwnerEpoch[slot], record.Epoch);
            return;
        }
        publisher.Decide(slot, record.Epoch, nowNs);
        if (shared.SynAcks.TryTake(slot, out FrameSlot synAck))
            shared.Resume(synAck, nowNs);
    }

    private void Lose(in FlowRecord record, long nowNs)
    {
        if (TryFindLive(record.Forward, out int slot))
        {
            if (_columns.Incarnation[slot] == record.Incarnation)
            {
                Win(record, nowNs);
                return;
            }
            bool isDecided = (_columns.Flags[slot] & FlowFlags.Undecided) == FlowFlags.None;
            if (isDecided && FlowEpoch.IsOlder(FlowEpoch.Rank(record.Epoch, record.State), publisher.Rank(slot)))
                return;
            FrameSlot? syn = TakeSyn(slot);
            if (_columns.Reverse[slot] == record.Translation && !record.IsDirect)
                Lend(slot, nowNs);
            else
                Abandon(slot, nowNs);
            InstallRelay(record.Forward, record, nowNs);
            Resume(syn, nowNs);
            return;
        }
        InstallRelay(record.Forward, record, nowNs);
    }

    private void Own(in FlowAnswer answer, long nowNs)
    {
        FlowRecord record = answer.Record;
        PacketCounter taken = PacketCounter.DropNoFlow;
        if (record.State is not (FlowRecordState.None or FlowRecordState.Tombstone))
            taken = Take(record, nowNs);
        int chain = shared.End(answer.Key, out _);
        if (taken == PacketCounter.Forwarded)
            shared.Resume(chain, mayCreate: false, nowNs);
        else
            shared.Drop(chain, taken);
    }

    private PacketCounter Take(in FlowRecord record, long nowNs)
    {
        shared.Relays.Remove(record.Forward);
        shared.Relays.Remove(record.Reverse);
        FrameSlot? syn = null;
        if (TryFindLive(record.Forward, out int slot))
        {
            if (_columns.Reverse[slot] == record.Translation)
            {
                publisher.Own(slot, record, nowNs);
                if (shared.SynAcks.TryTake(slot, out FrameSlot synAck))
                    shared.Resume(synAck, nowNs);
                return PacketCounter.Forwarded;
            }
            syn = TakeSyn(slot);
            Abandon(slot, nowNs);
        }
        PacketCounter verdict = TakeAnew(record, nowNs);
        Resume(syn, nowNs);
        return verdict;
    }

    private PacketCounter TakeAnew(in FlowRecord record, long nowNs)
    {
        if (!shared.Tables.TryFindListener(record.Forward, out ListenerEntry listener))
            return PacketCounter.DropNoListener;
        if (!table.HasRoom(record.HeaderSequence == 0 ? FlowPool.Established : FlowPool.HalfOpen))
            return PacketCounter.DropFlowTableFull;
        Clear(record.Forward, nowNs);
        Clear(record.Reverse, nowNs);
        int slot = flows.CarryOn(record, listener, shared.Tables.TargetSlot(record.TargetId), nowNs);
        _columns.NextHopToTarget[slot] = (ushort)nextHops.For(record.Target);
        _columns.NextHopToClient[slot] = (ushort)nextHops.For(record.Client);
        publisher.Own(slot, record, nowNs);
        return PacketCounter.Forwarded;
    }

    private void Relay(in FlowAnswer answer, long nowNs)
    {
        int chain = shared.End(answer.Key, out _);
        if (TryFindLive(answer.Key, out _))
            shared.Resume(chain, mayCreate: false, nowNs);
        else if (!shared.Peers.Lives(answer.Record.OwnerNode, answer.Record.OwnerStart))
            shared.Drop(chain, PacketCounter.DropDirectoryUnavailable);
        else if (!InstallRelay(answer.Key, answer.Record, nowNs))
            shared.Drop(chain, PacketCounter.DropFlowTableFull);
        else
            shared.Resume(chain, mayCreate: false, nowNs);
    }

    private void KnowNothing(in FlowAnswer answer, long nowNs)
    {
        if (answer.Kind == FlowAnswerKind.Absent)
            EndLending(answer.Key, nowNs);
        int chain = shared.End(answer.Key, out bool mayCreate);
        if (mayCreate || TryFindLive(answer.Key, out _))
            shared.Resume(chain, mayCreate, nowNs);
        else if (answer.Kind == FlowAnswerKind.Unavailable)
            shared.Drop(chain, PacketCounter.DropDirectoryUnavailable);
        else
            shared.Refuse(chain, nowNs);
        if (mayCreate && answer.Kind == FlowAnswerKind.Unavailable && TryFindLive(answer.Key, out int slot))
            shared.MarkUnreplicated(slot);
    }

    private void Displace(in FlowRecord record, long nowNs)
    {
        if (TryFind(record, out int slot))
        {
            if (FlowEpoch.IsOlder(record.Epoch, _columns.OwnerEpoch[slot]))
                return;
            DropSynAck(slot);
            if (shared.Tables.IsOwnSnat(record.Snat))
                Lend(slot, nowNs);
            else
                Remove(slot, nowNs);
            InstallRelay(record.Forward, record, nowNs);
            InstallRelay(record.Reverse, record, nowNs);
        }
    }

    /// <summary>Keeps a port of ours from new flows while another node's flow has it.</summary>
    private void Reserve(in FlowRecord record, long nowNs)
    {
        if (!shared.HasPort(record.Snat, record.SnatPortBe)
            || table.Find(record.Reverse, out _) != FlowTable.None || table.IsFull)
            return;
        int slot = table.Reserve(record.Forward, record.Reverse, nowNs);
        _columns.Incarnation[slot] = record.Incarnation;
        publisher.Lend(slot, nowNs);
        if (record.State == FlowRecordState.Tombstone)
            table.Hold(slot, FlowQueueKind.Long, nowNs);
    }

    /// <summary>Gives up a flow that never was the one, and its connection at the target with it.</summary>
    private void Abandon(int slot, long nowNs)
    {
        DropSynAck(slot);
        DisownLog(slot);
        publisher.Disown(slot);
        bool isReset = _columns.State[slot] != FlowState.Closed && TryReset(slot);
        flows.Forget(slot, isReset ? FlowQueueKind.AfterReset : FlowQueueKind.Long, FlowEnd.Moved, nowNs);
    }

    private bool TryReset(int slot)
    {
        FlowKey reverse = _columns.Reverse[slot];
        bool isSent = reverse.Protocol == (uint)IpProtocol.Tcp
            && (_columns.Flags[slot] & FlowFlags.TargetAnswered) != FlowFlags.None
            && nextHops.TryGet(nextHops.For(reverse.Source), out NextHop hop)
            && shared.TrySendReset(hop, reverse.Opposite(), _columns.TargetExpects[slot]);
        if (isSent)
            flows.CountOwnResets(slot, 1);
        return isSent;
    }

    private void Lend(int slot, long nowNs)
    {
        DropSynAck(slot);
        DisownLog(slot);
        publisher.Disown(slot);
        publisher.Lend(slot, nowNs);
        flows.Lend(slot, nowNs);
    }

    /// <summary>A flow that was never confirmed is another node's from its begin.</summary>
    private void DisownLog(int slot)
    {
        if ((_columns.Flags[slot] & FlowFlags.Undecided) != FlowFlags.None)
            flows.Log.Disown(slot);
    }

    private void Remove(int slot, long nowNs)
    {
        publisher.Disown(slot);
        flows.Remove(slot, FlowEnd.Moved, nowNs);
    }

    /// <summary>Nobody has the flow that used a port of ours.</summary>
    private void EndLending(in FlowKey key, long nowNs)
    {
        int slot = table.Find(key, out FlowSide side);
        if (slot != FlowTable.None && side == FlowSide.Target && _columns.State[slot] == FlowState.Lent)
            table.Hold(slot, FlowQueueKind.Long, nowNs);
    }

    /// <summary>The client's SYN, where it waits; it goes by the flow that is the one.</summary>
    private FrameSlot? TakeSyn(int slot) =>
        _columns.IsDirect(slot) && shared.SynAcks.TryTake(slot, out FrameSlot syn) ? syn : null;

    private void Resume(FrameSlot? syn, long nowNs)
    {
        if (syn is { } frame)
            shared.Resume(frame, nowNs);
    }

    private void DropSynAck(int slot)
    {
        if (shared.SynAcks.TryTake(slot, out FrameSlot synAck))
            shared.Drop(synAck, PacketCounter.DropLost);
    }

    /// <summary>Makes a key free for a flow that the directory says has it.</summary>
    private void Clear(in FlowKey key, long nowNs)
    {
        int slot = table.Find(key, out _);
        if (slot == FlowTable.None)
            return;
        DropSynAck(slot);
        flows.Remove(slot, FlowEnd.Moved, nowNs);
    }

    private bool InstallRelay(in FlowKey key, in FlowRecord record, long nowNs) =>
        record.OwnerNode != ownNode && shared.Relays.TryInstall(key, record.OwnerNode, record.OwnerStart, nowNs);

    /// <summary>The very flow of a record, in whatever state: found by its reverse key, which goes last.</summary>
    private bool TryFind(in FlowRecord record, out int slot)
    {
        slot = table.Find(record.Reverse, out FlowSide side);
        return slot != FlowTable.None && side == FlowSide.Target && _columns.Incarnation[slot] == record.Incarnation;
    }

    private bool TryFindLive(in FlowKey key, out int slot)
    {
        slot = table.Find(key, out _);
        return slot != FlowTable.None && _columns.State[slot] is not (FlowState.Held or FlowState.Lent);
    }
}
