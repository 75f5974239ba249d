using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>What the XDP program does, in C#: the model it is compared with frame by frame.</summary>
/// <remarks>It may only answer where the pipeline's answer is certain; whatever is unusual goes to the pipeline,
/// which names the reason. In order: not IPv4, or too short to tell, or not to one of our prefixes: passed (and in
/// the kernel, what is not addressed to our MAC). Any header defect, IPv4 options, a wrong header checksum, a
/// fragment, another protocol, TCP without ACK or with SYN, FIN or RST, no entry: punted. TTL 1 or 0, next hop
/// unknown: dropped by that name. Else rewritten, stamped and forwarded. A key without a flow whose relay entry
/// names a living node, and that came from none, is relayed, by a tunnel when the node is off the subnet; with any
/// doubt (TTL 1 or 0, next hop unknown, too long) it is punted. A tunnelled frame is refused when no node sent it,
/// forwarded when it is one of a flow here, else punted. Frames that are not sent are left as they were.</remarks>
public sealed class CachedPath(RecordingFlowCache cache, INextHops nextHops, OwnPrefixes ownPrefixes)
{
    private const TcpFlags Deciding = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack;

    /// <summary>Keys of other nodes' flows; null for none.</summary>
    internal RecordingRelayCache? Relays { get; init; }

    /// <summary>The other nodes.</summary>
    internal PeerTable Peers { get; set; } = new([], nextHops, ownNode: 0);

    /// <summary>This node's end of tunnels; the default for none.</summary>
    internal TunnelEnd Tunnel { get; init; }

    /// <summary>What the last frame became when it went into a tunnel or came out of one; null otherwise.</summary>
    internal byte[]? Resized { get; private set; }

    /// <summary>Takes one frame and rewrites it in place when it is forwarded, unless it is
    /// <see cref="Resized"/>.</summary>
    /// <param name="frame">Ethernet header first, no frame check sequence.</param>
    /// <param name="nowNs">Time to stamp.</param>
    /// <param name="interfaceIndex">Where a forwarded frame leaves; 0 otherwise.</param>
    public PacketCounter Process(Span<byte> frame, long nowNs, out uint interfaceIndex)
    {
        interfaceIndex = 0;
        Resized = null;
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || ethernet.EtherType != EthernetView.Ipv4
            || ethernet.Payload.Length < Ipv4View.MinimumHeaderBytes)
            return PacketCounter.Passed;
        bool isTunnelled = IsTunnelled(ethernet.Payload);
        if (!isTunnelled && !ownPrefixes.Contains(MemoryMarshal.Read<uint>(ethernet.Payload[16..])))
            return PacketCounter.Passed;
        PacketCounter verdict = ProcessPlain(frame, ethernet, nowNs, mayRelay: true, ref interfaceIndex);
        return isTunnelled && verdict == PacketCounter.Punted
            ? Open(ethernet.Payload, nowNs, ref interfaceIndex)
            : verdict;
    }

    private PacketCounter ProcessPlain(
        Span<byte> frame, in EthernetView ethernet, long nowNs, bool mayRelay, ref uint interfaceIndex)
    {
        if (Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) != ParseVerdict.Ok
            || ip.HeaderBytes != Ipv4View.MinimumHeaderBytes || ip.IsFragment
            || !TryReadKey(ip, out FlowKey4 key))
            return PacketCounter.Punted;
        if (!cache.TryRead(key, out FlowEntry4 entry))
        {
            return mayRelay
                ? Relay(frame, ethernet.SourceMac, ip, key, nowNs, ref interfaceIndex)
                : PacketCounter.Punted;
        }
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

    private bool IsTunnelled(ReadOnlySpan<byte> packet) =>
        Tunnel.AddressBe != 0 && MemoryMarshal.Read<uint>(packet[16..]) == Tunnel.AddressBe && packet[0] == 0x45
            && packet[9] == (byte)IpProtocol.Udp && ((packet[6] & 0x3f) | packet[7]) == 0
            && packet.Length >= Ipv4View.MinimumHeaderBytes + UdpView.HeaderBytes
            && BinaryPrimitives.ReadUInt16BigEndian(packet[22..]) == GueHeader.Port;

    /// <summary>A node's frame of a flow of ours inside a tunnel.</summary>
    private PacketCounter Open(ReadOnlySpan<byte> packet, long nowNs, ref uint interfaceIndex)
    {
        if (packet.Length < GueHeader.Bytes || Ipv4View.TryRead(packet, out Ipv4View outer) != ParseVerdict.Ok
            || outer.TotalBytes != packet.Length)
            return PacketCounter.Punted;
        if (Peers.FindByAddress(outer.SourceBe) == 0 || !GueHeader.SaysIpv4(outer))
            return PacketCounter.DropTunnel;
        byte[] inner = [.. new byte[EthernetView.HeaderBytes], .. packet[GueHeader.Bytes..]];
        BinaryPrimitives.WriteUInt16BigEndian(inner.AsSpan(12), EthernetView.Ipv4);
        EthernetView.TryRead(inner, out EthernetView ethernet);
        PacketCounter verdict = ProcessPlain(inner, ethernet, nowNs, mayRelay: false, ref interfaceIndex);
        Resized = verdict == PacketCounter.Forwarded ? inner : null;
        return verdict;
    }

    private PacketCounter Relay(
        Span<byte> frame, ulong sourceMac, in Ipv4View ip, in FlowKey4 key, long nowNs, ref uint interfaceIndex)
    {
        if (Relays is null || !Relays.TryRead(key, out RelayEntry4 entry) || ip.TimeToLive <= 1
            || !Peers.Lives(entry.OwnerNode, entry.OwnerStart) || Peers.FindByMac(sourceMac) != 0)
            return PacketCounter.Punted;
        bool isNear = Peers.TryGetHop(entry.OwnerNode, out NextHop hop);
        uint peerBe = 0;
        if (!isNear && (!Peers.TryGetTunnel(entry.OwnerNode, out hop, out peerBe)
            || frame.Length - EthernetView.HeaderBytes + GueHeader.Bytes > Tunnel.MtuBytes))
            return PacketCounter.Punted;
        Relays.Stamp(key, nowNs);
        interfaceIndex = hop.InterfaceIndex;
        if (isNear)
        {
            FrameRewriter.WriteEthernet(frame, hop);
            return PacketCounter.Relayed;
        }
        Resized = [.. new byte[GueHeader.Bytes], .. frame];
        GueHeader.Write(Resized, hop, Tunnel.AddressBe, peerBe, AddressBytes.Be(entry.TunnelPortBe));
        return PacketCounter.Tunnelled;
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
