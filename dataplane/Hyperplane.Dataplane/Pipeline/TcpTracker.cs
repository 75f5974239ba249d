using Hyperplane.Dataplane.Counters;
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
    public PacketCounter Check(int slot, FlowSide side, in TcpView tcp)
    {
        bool isSyn = (tcp.Flags & TcpFlags.Syn) != TcpFlags.None;
        if (side == FlowSide.Target)
            return CheckFromTarget(slot, tcp);
        if (isSyn)
            return IsOpening(tcp.Flags) ? PacketCounter.Forwarded : PacketCounter.DropTcpFlags;
        if ((tcp.Flags & TcpFlags.Rst) != TcpFlags.None)
            return CheckReset(slot, tcp.Sequence);
        return columns.State[slot] switch
        {
            FlowState.SynSeen => PacketCounter.DropNoFlow,
            FlowState.SynAckSeen => CheckHandshake(tcp.Acknowledgement - columns.ClientExpects[slot]),
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
                columns.TargetExpects[slot] = tcp.SequenceEnd;
            return;
        }
        if (Has(columns.Flags[slot], FlowFlags.ResetSeen))
            flows.Trust(slot);
        if ((tcp.Flags & TcpFlags.Syn) != TcpFlags.None)
        {
            NoteSynAck(slot, tcp, nowNs);
            return;
        }
        if (state == FlowState.SynAckSeen && side == FlowSide.Client)
            flows.Establish(slot, nowNs);
        if ((tcp.Flags & TcpFlags.Fin) != TcpFlags.None)
            NoteFin(slot, side, tcp, nowNs);
        if ((tcp.Flags & TcpFlags.Ack) != TcpFlags.None)
            NoteAck(slot, side, tcp.Acknowledgement);
        Conclude(slot, nowNs);
        if ((tcp.Flags & TcpFlags.Ack) != TcpFlags.None)
            (side == FlowSide.Client ? columns.ClientExpects : columns.TargetExpects)[slot] = tcp.Acknowledgement;
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

    /// <summary>A late reset of the connection that had these ports before is none of a handshake.</summary>
    private PacketCounter CheckReset(int slot, uint sequence) =>
        columns.State[slot] is FlowState.SynSeen or FlowState.SynAckSeen && sequence != columns.TargetExpects[slot]
            ? PacketCounter.DropNoFlow
            : PacketCounter.Forwarded;

    private PacketCounter CheckHandshake(uint ahead)
    {
        if (ahead > Window)
            return PacketCounter.DropNoFlow;
        return flows.CanEstablish ? PacketCounter.Forwarded : PacketCounter.DropFlowTableFull;
    }

    /// <summary>In the middle of a flow: the target forgot the connection and takes part in a new one.</summary>
    private void NoteSynAck(int slot, in TcpView tcp, long nowNs)
    {
        flows.Uncache(slot, nowNs);
        columns.ClientExpects[slot] = tcp.Sequence + 1;
        columns.TargetExpects[slot] = tcp.Acknowledgement;
        if (columns.State[slot] == FlowState.SynSeen)
            flows.Advance(slot, FlowState.SynAckSeen, nowNs);
    }

    /// <summary>Ends a connection only when the other end takes the reset too (RFC 5961, section 3.2): it is exactly
    /// the next octet. One that is ahead may be exact by data in flight, and of a flow that was taken over that octet
    /// is not known at first; the end that does not take it answers, and that shows. Any other one changes
    /// nothing.</summary>
    private void NoteReset(int slot, FlowSide side, uint sequence, long nowNs)
    {
        if (columns.State[slot] is FlowState.Established or FlowState.Closing)
        {
            uint expected = flows.ExpectedFrom(slot, side, nowNs);
            uint ahead = sequence - expected;
            bool isKnown = expected != 0;
            if (isKnown && ahead > Window)
                return;
            if (!isKnown || ahead != 0)
            {
                flows.Doubt(slot, nowNs);
                return;
            }
        }
        flows.Close(slot, FlowQueueKind.AfterReset, nowNs);
    }

    private void NoteFin(int slot, FlowSide side, in TcpView tcp, long nowNs)
    {
        flows.Uncache(slot, nowNs);
        ref FlowFlags flags = ref columns.Flags[slot];
        if (side == FlowSide.Client)
        {
            columns.ClientFinEnd[slot] = tcp.SequenceEnd;
            flags |= FlowFlags.ClientFin;
            return;
        }
        bool knowsClientFin = Has(flags, FlowFlags.ClientFin) && (tcp.Flags & TcpFlags.Ack) != TcpFlags.None
            && IsAtLeast(tcp.Acknowledgement, columns.ClientFinEnd[slot]);
        if (!Has(flags, FlowFlags.TargetFin) && !knowsClientFin)
            flags |= FlowFlags.TargetWaits;
        columns.TargetFinEnd[slot] = tcp.SequenceEnd;
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
            flows.Close(slot, targetWaits ? FlowQueueKind.Long : FlowQueueKind.AfterClose, nowNs);
        }
        else if (Has(flags, FlowFlags.ClientFin | FlowFlags.TargetFin))
        {
            columns.IdleTimeoutMs[slot] = Math.Min(columns.IdleTimeoutMs[slot], (int)(FlowTimes.BothFins / 1_000_000));
        }
    }

    private static bool Has(FlowFlags flags, FlowFlags all) => (flags & all) == all;

    /// <summary>Compares sequence numbers, which wrap.</summary>
    private static bool IsAtLeast(uint number, uint end) => (int)(number - end) >= 0;
}
