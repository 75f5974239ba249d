using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Follows a TCP connection from SYN to hold-down (RFC 9293, section 3.3.2), seen from the middle.</summary>
internal sealed class TcpTracker(FlowLifecycle flows, FlowColumns columns)
{
    /// <summary>How far ahead of the last known acknowledgement a segment can be: data in flight.</summary>
    private const uint Window = 1 << 20;

    /// <summary>Whether the flags can be those of any segment.</summary>
    public static bool AreSane(TcpFlags flags)
    {
        if ((flags & TcpFlags.Syn) != TcpFlags.None)
            return (flags & (TcpFlags.Fin | TcpFlags.Rst)) == TcpFlags.None;
        return (flags & (TcpFlags.Ack | TcpFlags.Rst)) != TcpFlags.None;
    }

    /// <summary>Whether a segment asks for a connection.</summary>
    public static bool IsOpening(TcpFlags flags) => (flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;

    /// <summary>Whether a client's SYN on this flow begins another connection instead of repeating.</summary>
    public bool IsOver(int slot) => columns.State[slot] is FlowState.Closing or FlowState.Closed;

    /// <summary>Whether the flow lets a segment pass; <see cref="PacketCounter.Forwarded"/> or the drop
    /// reason.</summary>
    public PacketCounter Check(int slot, FlowSide side, in TcpView tcp, long nowNs)
    {
        bool isSyn = (tcp.Flags & TcpFlags.Syn) != TcpFlags.None;
        if (side == FlowSide.Target)
            return CheckFromTarget(slot, tcp);
        if (isSyn)
            return IsOpening(tcp.Flags) ? CheckSyn(slot, nowNs) : PacketCounter.DropTcpFlags;
        if ((tcp.Flags & TcpFlags.Rst) != TcpFlags.None)
            return CheckReset(slot, tcp.Sequence);
        return columns.State[slot] switch
        {
            FlowState.SynSeen when columns.IsDirect(slot) => CheckHandshake(acknowledgement: 0, expected: 0),
            FlowState.SynSeen => PacketCounter.DropNoFlow,
            FlowState.SynAckSeen => CheckHandshake(tcp.Acknowledgement, columns.ClientExpects[slot]),
            _ => PacketCounter.Forwarded,
        };
    }

    /// <summary>Notes a segment that is about to be forwarded.</summary>
    public void Note(int slot, FlowSide side, in TcpView tcp, long nowNs)
    {
        FlowState state = columns.State[slot];
        if (state == FlowState.Closed)
            return;
        if ((tcp.Flags & TcpFlags.Rst) != TcpFlags.None)
        {
            NoteReset(slot, side, tcp.Sequence, nowNs);
            return;
        }
        if ((tcp.Flags & TcpFlags.Syn) != TcpFlags.None && side == FlowSide.Client)
        {
            if (state is FlowState.SynSeen or FlowState.SynAckSeen)
                NoteSyn(slot, tcp);
            return;
        }
        if (Has(columns.Flags[slot], FlowFlags.ResetSeen))
            flows.Trust(slot);
        if ((tcp.Flags & TcpFlags.Syn) != TcpFlags.None)
        {
            NoteSynAck(slot, tcp, nowNs);
            return;
        }
        bool lacksHeader = columns.HeaderBytes[slot] != 0;
        bool isAnswered = state == FlowState.SynAckSeen || (state == FlowState.SynSeen && columns.IsDirect(slot));
        if (lacksHeader ? HasHeader(slot, side, tcp) : isAnswered && side == FlowSide.Client)
        {
            columns.HeaderBytes[slot] = 0;
            flows.Establish(slot, nowNs);
        }
        if ((tcp.Flags & TcpFlags.Fin) != TcpFlags.None)
            NoteFin(slot, side, tcp, nowNs);
        if ((tcp.Flags & TcpFlags.Ack) != TcpFlags.None)
            NoteAck(slot, side, tcp.Acknowledgement);
        Conclude(slot, nowNs);
        if ((tcp.Flags & TcpFlags.Ack) == TcpFlags.None)
            return;
        if (side == FlowSide.Client)
            columns.ClientExpects[slot] = tcp.Acknowledgement;
        else if (columns.HeaderBytes[slot] == 0)
            columns.TargetExpects[slot] = tcp.Acknowledgement;
    }

    /// <summary>Notes a FIN that the flow cache forwarded, and goes on forwarding.</summary>
    public void NotePassedFin(int slot, FlowSide side, in FlowFin fin, long nowNs)
    {
        if (columns.State[slot] is not (FlowState.Established or FlowState.Closing))
            return;
        SetFin(slot, side, fin.SequenceEnd, fin.Acknowledgement);
        NoteAck(slot, side, fin.Acknowledgement);
        Conclude(slot, nowNs);
    }

    /// <summary>Looks for the end of a close in the flow cache; when it is not there yet, frames come to the pipeline
    /// from now on.</summary>
    public void SeekLastAck(int slot, long nowNs)
    {
        flows.Uncache(slot, nowNs);
        flows.Trust(slot);
        NoteAck(slot, FlowSide.Client, columns.ClientExpects[slot]);
        NoteAck(slot, FlowSide.Target, columns.TargetExpects[slot]);
        Conclude(slot, nowNs);
    }

    /// <summary>Notes what the target will acknowledge first.</summary>
    public void NoteSyn(int slot, in TcpView tcp)
    {
        uint headerBytes = columns.HeaderBytes[slot];
        columns.TargetExpects[slot] = headerBytes == 0 ? tcp.SequenceEnd : tcp.Sequence + 1 - headerBytes;
    }

    /// <summary>Whether the target says with this segment that it has the header, sent here or by the node whose
    /// handshake this was; what it says while no flow may be established was not heard.</summary>
    private bool HasHeader(int slot, FlowSide side, in TcpView tcp)
    {
        bool wasSent = columns.State[slot] == FlowState.HeaderSent
            || (columns.State[slot] == FlowState.SynAckSeen && columns.ClientExpects[slot] == 0);
        return wasSent && side == FlowSide.Target && (tcp.Flags & TcpFlags.Ack) != TcpFlags.None
            && tcp.Acknowledgement - FirstOctet(slot) <= Window && flows.CanEstablish;
    }

    /// <summary>The number of the client's first octet, while a flow is opened.</summary>
    private uint FirstOctet(int slot) => columns.TargetExpects[slot] + columns.HeaderBytes[slot];

    /// <summary>A target that forgot the connection would take a SYN in its middle for the next one: without a header,
    /// or though it is none of the listener's any more. The ends are asked instead, and the client's answer ends the
    /// flow when it knows nothing of it.</summary>
    private PacketCounter CheckSyn(int slot, long nowNs)
    {
        if (columns.State[slot] != FlowState.Established || columns.IsDirect(slot)
            || flows.Targets.TakesSyn(columns.Target[slot]))
            return PacketCounter.Forwarded;
        flows.Ask(slot, nowNs);
        return PacketCounter.DropTcpFlags;
    }

    /// <summary>A SYN is refused by a reset that acknowledges it (RFC 9293, section 3.10.7.3).</summary>
    private PacketCounter CheckFromTarget(int slot, in TcpView tcp)
    {
        if (IsOpening(tcp.Flags))
            return PacketCounter.DropTcpFlags;
        bool isStrayReset = (tcp.Flags & TcpFlags.Rst) != TcpFlags.None && columns.State[slot] == FlowState.SynSeen
            && ((tcp.Flags & TcpFlags.Ack) == TcpFlags.None || tcp.Acknowledgement != columns.TargetExpects[slot]);
        return isStrayReset ? PacketCounter.DropNoFlow : PacketCounter.Forwarded;
    }

    /// <summary>A late reset of the connection that had these ports before is none of a handshake, but where the target
    /// sees the client's own ports it may still have that one. Behind the header the client may have sent
    /// data.</summary>
    private PacketCounter CheckReset(int slot, uint sequence)
    {
        uint ahead = sequence - FirstOctet(slot);
        bool isStray = columns.State[slot] switch
        {
            FlowState.SynSeen or FlowState.SynAckSeen => ahead != 0 && !columns.IsDirect(slot),
            FlowState.HeaderSent => ahead > Window,
            _ => false,
        };
        return isStray ? PacketCounter.DropNoFlow : PacketCounter.Forwarded;
    }

    /// <summary>Of a handshake that another node began, the target's number is not known.</summary>
    private PacketCounter CheckHandshake(uint acknowledgement, uint expected)
    {
        if (expected != 0 && acknowledgement - expected > Window)
            return PacketCounter.DropNoFlow;
        return flows.CanEstablish ? PacketCounter.Forwarded : PacketCounter.DropFlowTableFull;
    }

    /// <summary>In the middle of a flow: the target forgot the connection and takes part in a new one.</summary>
    private void NoteSynAck(int slot, in TcpView tcp, long nowNs)
    {
        flows.Uncache(slot, nowNs);
        columns.ClientExpects[slot] = tcp.Sequence + 1;
        if (columns.HeaderBytes[slot] == 0)
            columns.TargetExpects[slot] = tcp.Acknowledgement;
        if (columns.State[slot] != FlowState.SynSeen)
            return;
        flows.CountAnswer(slot);
        flows.Advance(slot, FlowState.SynAckSeen, nowNs);
    }

    /// <summary>Ends a connection only when the other end takes the reset too (RFC 5961, section 3.2): it is exactly
    /// the next octet. One that is ahead may be exact by data in flight, and of a flow that was taken over that octet
    /// is not known at first; the end that does not take it answers, and that shows. Any other one changes
    /// nothing.</summary>
    private void NoteReset(int slot, FlowSide side, uint sequence, long nowNs)
    {
        if (columns.IsDirect(slot))
        {
            EndDirect(slot, side, sequence, nowNs);
            return;
        }
        if (columns.State[slot] == FlowState.SynSeen && side == FlowSide.Target)
            flows.CountFailure(slot);
        if (columns.State[slot] is FlowState.Established or FlowState.Closing)
        {
            uint expected = flows.ExpectedFrom(slot, side, nowNs);
            uint ahead = sequence - expected;
            bool isKnown = expected != 0;
            if (isKnown && ahead > Window)
                return;
            if (!isKnown || ahead != 0)
            {
                flows.Doubt(slot, side, nowNs);
                return;
            }
        }
        FlowEnd end = side == FlowSide.Client ? FlowEnd.ResetByClient : FlowEnd.ResetByTarget;
        flows.Close(slot, FlowQueueKind.AfterReset, end, nowNs);
    }

    /// <summary>What the target answers is not seen: frames go on passing until they stop.</summary>
    private void EndDirect(int slot, FlowSide side, uint sequence, long nowNs)
    {
        bool isHandshake = columns.State[slot] == FlowState.SynSeen;
        if (isHandshake && (sequence != columns.TargetExpects[slot] || !flows.CanEstablish))
            return;
        flows.Uncache(slot, nowNs);
        if (isHandshake || columns.State[slot] == FlowState.Established)
            flows.BeginClose(slot, nowNs);
        flows.Log.Suspect(slot, side);
        ShortenIdleTime(slot);
    }

    private void ShortenIdleTime(int slot) =>
        columns.IdleTimeoutMs[slot] = Math.Min(columns.IdleTimeoutMs[slot], (int)(FlowTimes.BothFins / 1_000_000));

    private void NoteFin(int slot, FlowSide side, in TcpView tcp, long nowNs)
    {
        flows.Uncache(slot, nowNs);
        SetFin(slot, side, tcp.SequenceEnd, tcp.Acknowledgement);
    }

    private void SetFin(int slot, FlowSide side, uint sequenceEnd, uint acknowledgement)
    {
        ref FlowFlags flags = ref columns.Flags[slot];
        if (side == FlowSide.Client)
        {
            columns.ClientFinEnd[slot] = sequenceEnd;
            flags |= FlowFlags.ClientFin;
            return;
        }
        bool knowsClientFin =
            Has(flags, FlowFlags.ClientFin) && IsAtLeast(acknowledgement, columns.ClientFinEnd[slot]);
        if (!Has(flags, FlowFlags.TargetFin) && !knowsClientFin)
            flags |= FlowFlags.TargetWaits;
        columns.TargetFinEnd[slot] = sequenceEnd;
        flags |= FlowFlags.TargetFin;
    }

    private void NoteAck(int slot, FlowSide side, uint acknowledgement)
    {
        ref FlowFlags flags = ref columns.Flags[slot];
        (FlowFlags fin, FlowFlags acked, uint finEnd) = side == FlowSide.Target
            ? (FlowFlags.ClientFin, FlowFlags.ClientFinAcked, columns.ClientFinEnd[slot])
            : (FlowFlags.TargetFin, FlowFlags.TargetFinAcked, columns.TargetFinEnd[slot]);
        if (Has(flags, fin) && IsAtLeast(acknowledgement, finEnd))
            flags |= acked;
    }

    private void Conclude(int slot, long nowNs)
    {
        FlowFlags flags = columns.Flags[slot];
        bool anyFin = Has(flags, FlowFlags.ClientFin) || Has(flags, FlowFlags.TargetFin);
        if (anyFin && columns.State[slot] == FlowState.Established)
            flows.BeginClose(slot, nowNs);
        if (columns.State[slot] != FlowState.Closing)
            return;
        if (Has(flags, FlowFlags.ClientFinAcked | FlowFlags.TargetFinAcked))
        {
            bool targetWaits = Has(flags, FlowFlags.TargetWaits);
            flows.Close(slot, targetWaits ? FlowQueueKind.Long : FlowQueueKind.AfterClose, FlowEnd.Fin, nowNs);
        }
        else if (Has(flags, FlowFlags.ClientFin | FlowFlags.TargetFin) || columns.IsDirect(slot))
        {
            ShortenIdleTime(slot);
            if (Has(flags, FlowFlags.Cached) && !columns.IsDirect(slot))
                flows.AwaitLastAck(slot, nowNs);
        }
    }

    private static bool Has(FlowFlags flags, FlowFlags all) => (flags & all) == all;

    /// <summary>Compares sequence numbers, which wrap.</summary>
    private static bool IsAtLeast(uint number, uint end) => (int)(number - end) >= 0;
}
