using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Sends a frame of a flow on: rewritten, translated, or into a tunnel.</summary>
internal sealed class FrameForwarder(
    FlowLifecycle flows, FlowColumns columns, INextHops nextHops, PipelineCounters counters, FrameWrapping wrapping)
{
    /// <summary>Where frames from one side go; asks for the MAC address while that is not known.</summary>
    public bool TryResolve(int slot, FlowSide side, out uint index, out NextHop hop)
    {
        ref ushort column = ref (side == FlowSide.Client ? columns.NextHopToTarget : columns.NextHopToClient)[slot];
        index = column;
        if (nextHops.TryGet(index, out hop))
            return true;
        KeyColumn opposite = side == FlowSide.Client ? columns.Reverse : columns.Forward;
        index = nextHops.For(opposite[slot].Source);
        column = (ushort)index;
        return nextHops.TryGet(index, out hop);
    }

    /// <summary>Rewrites a frame and counts it, or says why it cannot leave.</summary>
    public PacketCounter Forward(Span<byte> frame, in IpView ip, int slot, FlowSide side, in NextHop hop, long nowNs)
    {
        FlowEntry entry = flows.Entries.Of(slot, side);
        PacketCounter verdict = PacketCounter.Forwarded;
        if (entry.IsTunnelled)
        {
            verdict = Encapsulate(frame, ip, entry, hop, nowNs);
            if (verdict != PacketCounter.Encapsulated)
                return verdict;
        }
        else if (entry.Source.IsIpv4 != ip.IsIpv4)
        {
            verdict = Translate(frame, ip, entry, hop, nowNs);
            if (verdict != PacketCounter.Translated)
                return verdict;
        }
        else if (ip.FragmentOffsetBytes == 0)
            FrameRewriter.Apply(
                frame, EthernetView.HeaderBytes + ip.HeaderBytes, ip.Protocol == (byte)IpProtocol.Udp, entry, hop);
        else
            FrameRewriter.ApplyHeader(frame, entry, hop);
        columns.LastSeenNs[slot] = nowNs;
        counters.Listeners[columns.Listener[slot]].Count(side, frame.Length);
        counters.Targets[columns.Target[slot]].Count(side, frame.Length);
        flows.Log.Count(slot, side, frame.Length);
        if (columns.State[slot] == FlowState.Established)
            flows.RequestInstall(slot, nowNs);
        return verdict;
    }

    /// <summary>Notes into which tunnel a frame goes.</summary>
    public PacketCounter Encapsulate(
        Span<byte> frame, in IpView ip, in FlowEntry entry, in NextHop hop, long nowNs)
    {
        if (entry.Source.IsNone)
            return PacketCounter.DropNextHopUnresolved;
        int mtuBytes = wrapping.PathMtus.Of(entry.Destination, wrapping.MtuBytes);
        if (!wrapping.Encapsulator.TryNote(Encapsulation.Of(entry, hop), frame, mtuBytes, nowNs))
            return PacketCounter.DropMtu;
        FrameRewriter.DecrementTtl(frame, ip.IsIpv4);
        return PacketCounter.Encapsulated;
    }

    /// <summary>Forwards an ICMP error about a packet of a flow.</summary>
    public PacketCounter ForwardError(
        Span<byte> frame, in IpView ip, in EmbeddedView embedded, int slot, FlowSide side, in NextHop hop, long nowNs)
    {
        FlowEntry entry = flows.Entries.Of(slot, side);
        if (entry.IsTunnelled)
            return Encapsulate(frame, ip, entry, hop, nowNs);
        if (entry.Source.IsIpv4 != ip.IsIpv4)
        {
            return wrapping.Translator.TryTranslateError(frame, ip, embedded, entry, hop)
                ? PacketCounter.Translated
                : PacketCounter.DropTranslation;
        }
        IcmpErrorRewriter.Apply(frame, ip, entry, hop);
        return PacketCounter.Forwarded;
    }

    /// <summary>Translates a frame; what would be too long is cut where it may be, else its sender is told.</summary>
    private PacketCounter Translate(
        Span<byte> frame, in IpView ip, in FlowEntry entry, in NextHop hop, long nowNs)
    {
        if (FamilyTranslator.LengthOf(ip) <= wrapping.MtuBytes)
        {
            return wrapping.Translator.TryTranslate(frame, ip, entry, hop)
                ? PacketCounter.Translated
                : PacketCounter.DropTranslation;
        }
        if (FamilyTranslator.HasNoChecksum(ip))
            return PacketCounter.DropTranslation;
        if (wrapping.SecondPiece.TryCut(frame, entry, hop, out int firstBytes))
        {
            Span<byte> piece = frame[..firstBytes];
            EthernetView.TryRead(piece, out EthernetView ethernet);
            IpView.TryRead(ethernet, out IpView first);
            wrapping.Translator.TryTranslate(piece, first, entry, hop);
            return PacketCounter.Translated;
        }
        wrapping.TooBig.Note(wrapping.MtuBytes - FamilyTranslator.LengthOf(ip) + ip.TotalBytes, nowNs);
        return PacketCounter.DropMtu;
    }
}
