using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>What the XDP program does, in C#: the model it is compared with frame by frame.</summary>
/// <remarks>It may only answer where the pipeline's answer is certain; whatever is unusual goes to the pipeline, which
/// names the reason. In order: not IPv4, or too short to tell, or not to one of our prefixes: passed (and
/// in the kernel, what is not addressed to our MAC). Any header
/// defect, IPv4 options, a wrong header checksum, a fragment, another protocol, TCP without ACK or with SYN, FIN or
/// RST, no entry: punted. TTL 1 or 0, next hop unknown: dropped by that name. Else rewritten, stamped and forwarded.
/// A key without a flow whose relay entry names a living node, and that came from none, is relayed; with any doubt
/// (TTL 1 or 0, next hop unknown) it is punted. Frames that are not sent are left as they were.</remarks>
public sealed class CachedPath(RecordingFlowCache cache, INextHops nextHops, OwnPrefixes ownPrefixes)
{
    /// <summary>Keys of other nodes' flows; null for none.</summary>
    internal RecordingRelayCache? Relays { get; init; }

    /// <summary>The other nodes.</summary>
    internal PeerTable Peers { get; set; } = new([], nextHops, ownNode: 0);

    /// <summary>Where tunnelled frames arrive; 0 for nowhere.</summary>
    internal uint TunnelAddressBe { get; init; }

    private const TcpFlags Deciding = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack;

    /// <summary>Takes one frame and rewrites it in place when it is forwarded.</summary>
    /// <param name="frame">Ethernet header first, no frame check sequence.</param>
    /// <param name="nowNs">Time to stamp.</param>
    /// <param name="interfaceIndex">Where a forwarded frame leaves; 0 otherwise.</param>
    public PacketCounter Process(Span<byte> frame, long nowNs, out uint interfaceIndex)
    {
        interfaceIndex = 0;
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || ethernet.EtherType != EthernetView.Ipv4
            || ethernet.Payload.Length < Ipv4View.MinimumHeaderBytes
            || !IsOurs(ethernet.Payload))
            return PacketCounter.Passed;

        if (Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) != ParseVerdict.Ok
            || ip.HeaderBytes != Ipv4View.MinimumHeaderBytes || ip.IsFragment
            || !TryReadKey(ip, out FlowKey4 key))
            return PacketCounter.Punted;
        if (!cache.TryRead(key, out FlowEntry4 entry) || entry.Action != FrameRewriter.NatAction)
            return Relay(frame, ethernet.SourceMac, ip, key, nowNs, ref interfaceIndex);
        if (ip.TimeToLive <= 1)
            return PacketCounter.DropTtl;
        if (!nextHops.TryGet(entry.NextHop, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;

        bool isUdp = key.Protocol == (uint)IpProtocol.Udp;
        FrameRewriter.Apply(frame, EthernetView.HeaderBytes + ip.HeaderBytes, isUdp, entry, hop);
        cache.Stamp(key, nowNs, frame.Length, isUdp ? null : MemoryMarshal.Read<uint>(ip.Payload[8..]));
        interfaceIndex = hop.InterfaceIndex;
        return PacketCounter.Forwarded;
    }

    private bool IsOurs(ReadOnlySpan<byte> packet)
    {
        uint destinationBe = MemoryMarshal.Read<uint>(packet[16..]);
        bool isTunnelled = TunnelAddressBe != 0 && destinationBe == TunnelAddressBe && packet[0] == 0x45
            && packet[9] == (byte)IpProtocol.Udp && ((packet[6] & 0x3f) | packet[7]) == 0
            && packet.Length >= Ipv4View.MinimumHeaderBytes + UdpView.HeaderBytes
            && System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(packet[22..]) == GueHeader.Port;
        return isTunnelled || ownPrefixes.Contains(destinationBe);
    }

    private PacketCounter Relay(
        Span<byte> frame, ulong sourceMac, in Ipv4View ip, in FlowKey4 key, long nowNs, ref uint interfaceIndex)
    {
        if (Relays is null || !Relays.TryRead(key, out RelayEntry4 entry) || ip.TimeToLive <= 1
            || !Peers.Lives(entry.OwnerNode, entry.OwnerStart) || Peers.FindByMac(sourceMac) != 0
            || !Peers.TryGetHop(entry.OwnerNode, out NextHop hop))
            return PacketCounter.Punted;
        FrameRewriter.WriteEthernet(frame, hop);
        Relays.Stamp(key, nowNs);
        interfaceIndex = hop.InterfaceIndex;
        return PacketCounter.Relayed;
    }

    private static bool TryReadKey(Ipv4View ip, out FlowKey4 key)
    {
        key = default;
        if (ip.Protocol == (byte)IpProtocol.Tcp)
        {
            if (TcpView.TryRead(ip.Payload, out TcpView tcp) != ParseVerdict.Ok
                || (tcp.Flags & Deciding) != TcpFlags.Ack)
                return false;
            key = new FlowKey4(ip.SourceBe, ip.DestinationBe, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
            return true;
        }
        if (ip.Protocol != (byte)IpProtocol.Udp || UdpView.TryRead(ip.Payload, out UdpView udp) != ParseVerdict.Ok)
            return false;
        key = new FlowKey4(ip.SourceBe, ip.DestinationBe, udp.SourcePortBe, udp.DestinationPortBe, ip.Protocol);
        return true;
    }
}
