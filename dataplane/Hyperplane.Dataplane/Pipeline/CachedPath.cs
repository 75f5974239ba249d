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
/// fragment, another protocol, TCP without ACK or with SYN or RST, no entry: punted. TTL 1 or 0, next hop
/// unknown: dropped by that name. A FIN is noted on its way; where that cannot be, punted. Else rewritten, stamped and
/// forwarded, or translated into the other family unless that needs a second thought. A key without a flow whose relay
/// entry names a living node, and that came from none, is relayed, by a tunnel when the node is off the subnet; with
/// any doubt (TTL 1 or 0, next hop unknown, too long) it is punted. A tunnelled frame is refused when no node sent it,
/// forwarded when it is one of a flow here, else punted. Frames that are not sent are left as they were.</remarks>
public sealed class CachedPath(RecordingFlowCache cache, INextHops nextHops, PrefixSet ownPrefixes)
{
    private const TcpFlags Deciding = TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack;

    private readonly FamilyTranslator _translator = new();

    /// <summary>Keys of other nodes' flows; null for none.</summary>
    internal RecordingRelayCache? Relays { get; init; }

    /// <summary>The other nodes.</summary>
    internal PeerTable Peers { get; set; } = new([], nextHops, ownNode: 0);

    /// <summary>This node's end of tunnels; the default for none.</summary>
    internal TunnelEnd Tunnel { get; init; }

    /// <summary>The longest packet that leaves.</summary>
    internal int MtuBytes { get; init; } = 1_500;

    /// <summary>What paths to targets carry, where that is less.</summary>
    internal RecordingPathMtus PathMtus { get; } = new();

    /// <summary>Where this node's tunnels to targets begin: errors about them are the pipeline's, all else to these
    /// addresses is the kernel's.</summary>
    internal IReadOnlySet<PacketAddress> TunnelSources { get; init; } = new HashSet<PacketAddress>();

    /// <summary>What the last frame became when its length changed; null otherwise.</summary>
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
            || !IpView.TryReadDestination(ethernet, out PacketAddress destination))
            return PacketCounter.Passed;
        bool isTunnelled = ethernet.EtherType == EthernetView.Ipv4 && IsTunnelled(ethernet.Payload);
        if (!isTunnelled && !IsOurs(ethernet, destination))
            return PacketCounter.Passed;
        PacketCounter verdict = ProcessPlain(frame, ethernet, nowNs, mayRelay: true, ref interfaceIndex);
        return isTunnelled && verdict == PacketCounter.Punted
            ? Open(ethernet.Payload, nowNs, ref interfaceIndex)
            : verdict;
    }

    private bool IsOurs(in EthernetView ethernet, in PacketAddress destination) => TunnelSources.Contains(destination)
        ? IsAboutTunnel(ethernet.Payload, destination.IsIpv4)
        : ownPrefixes.Contains(destination);

    /// <summary>Told from what is the kernel's by a few bytes: the pipeline reads it.</summary>
    private static bool IsAboutTunnel(ReadOnlySpan<byte> packet, bool isIpv4)
    {
        int headerBytes = IpHeader.Bytes(isIpv4);
        int udpAt = (headerBytes * 2) + IcmpView.HeaderBytes;
        if (packet.Length < udpAt + UdpView.HeaderBytes || !(isIpv4
            ? packet[0] == 0x45 && ((packet[6] & 0x3f) | packet[7]) == 0 && packet[9] == IcmpView.Protocol
                && (packet[20], packet[21]) == (3, 4)
            : packet[6] == IcmpView.ProtocolV6 && packet[40] == 2))
            return false;
        ReadOnlySpan<byte> quoted = packet[(headerBytes + IcmpView.HeaderBytes)..];
        return quoted[(isIpv4 ? 9 : 6)] switch
        {
            4 or 41 or 47 => true,
            (byte)IpProtocol.Udp => BinaryPrimitives.ReadUInt16BigEndian(packet[udpAt..]) >= 0xc000,
            _ => false,
        } && (isIpv4
            ? quoted.Slice(12, 4).SequenceEqual(packet.Slice(16, 4))
            : quoted.Slice(8, 16).SequenceEqual(packet.Slice(24, 16)));
    }

    private PacketCounter ProcessPlain(
        Span<byte> frame, in EthernetView ethernet, long nowNs, bool mayRelay, ref uint interfaceIndex)
    {
        if (IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok
            || ip.HeaderBytes != IpHeader.Bytes(ip.IsIpv4) || ip.IsFragment
            || !TryReadKey(ip, out FlowKey key))
            return PacketCounter.Punted;
        if (!cache.TryRead(key, out FlowEntry entry))
        {
            return mayRelay
                ? Relay(frame, ethernet.SourceMac, ip, key, nowNs, ref interfaceIndex)
                : PacketCounter.Punted;
        }
        if (entry.IsTunnelled)
            return mayRelay ? Encapsulate(frame, ip, key, entry, nowNs, ref interfaceIndex) : PacketCounter.Punted;
        bool isUdp = key.Protocol == (uint)IpProtocol.Udp;
        bool isTranslated = entry.Source.IsIpv4 != ip.IsIpv4;
        if (isTranslated && !(mayRelay && MayTranslate(ip)))
            return PacketCounter.Punted;
        if (ip.TimeToLive <= 1)
            return PacketCounter.DropTtl;
        if (!nextHops.TryGet(entry.NextHop, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;

        if (!TryNoteFin(ip, key, entry.Home))
            return PacketCounter.Punted;
        interfaceIndex = hop.InterfaceIndex;
        cache.Stamp(key, nowNs, frame.Length, isUdp ? null : MemoryMarshal.Read<uint>(ip.Payload[8..]));
        if (!isTranslated)
        {
            FrameRewriter.Apply(frame, EthernetView.HeaderBytes + ip.HeaderBytes, isUdp, entry, hop);
            return PacketCounter.Forwarded;
        }
        byte[] rewritten = [.. frame];
        _translator.TryTranslate(rewritten, ip, entry, hop);
        Resized = _translator.Finished(rewritten);
        return PacketCounter.Translated;
    }

    /// <summary>What no longer fits is the pipeline's.</summary>
    private PacketCounter Encapsulate(
        Span<byte> frame, in IpView ip, in FlowKey key, in FlowEntry entry, long nowNs, ref uint interfaceIndex)
    {
        if (ip.TimeToLive <= 1)
            return PacketCounter.DropTtl;
        if (!nextHops.TryGet(entry.NextHop, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;
        Encapsulation to = Encapsulation.Of(entry, hop);
        int packetBytes = frame.Length - EthernetView.HeaderBytes + to.AddedBytes;
        if (packetBytes > PathMtus.Of(to.Destination, MtuBytes) || !TryNoteFin(ip, key, entry.Home))
            return PacketCounter.Punted;
        interfaceIndex = hop.InterfaceIndex;
        cache.Stamp(key, nowNs, frame.Length, acknowledgementBe: null);
        byte[] inner = [.. frame];
        FrameRewriter.DecrementTtl(inner, ip.IsIpv4);
        Wrap(inner, to);
        return PacketCounter.Encapsulated;
    }

    private void Wrap(ReadOnlySpan<byte> frame, in Encapsulation to)
    {
        Resized = [.. new byte[to.AddedBytes], .. frame];
        to.Write(Resized);
    }

    /// <summary>False for a FIN that nobody can be told of.</summary>
    private bool TryNoteFin(in IpView ip, in FlowKey key, int home) =>
        key.Protocol != (uint)IpProtocol.Tcp || TcpView.TryRead(ip.Payload, out TcpView tcp) != ParseVerdict.Ok
            || (tcp.Flags & TcpFlags.Fin) == TcpFlags.None
            || cache.TryNoteFin(home, new FlowFin(key, tcp.SequenceEnd, tcp.Acknowledgement));

    /// <summary>What needs a checksum made, or no longer fits, is the pipeline's.</summary>
    private bool MayTranslate(in IpView ip) => !ip.IsIpv4
        || (FamilyTranslator.LengthOf(ip) <= MtuBytes && !FamilyTranslator.HasNoChecksum(ip));

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
        if (Peers.FindByAddress(outer.SourceBe) == 0 || GueHeader.Inner(outer) is not (var etherType and not 0))
            return PacketCounter.DropTunnel;
        byte[] inner = [.. new byte[EthernetView.HeaderBytes], .. packet[GueHeader.Bytes..]];
        BinaryPrimitives.WriteUInt16BigEndian(inner.AsSpan(12), etherType);
        EthernetView.TryRead(inner, out EthernetView ethernet);
        PacketCounter verdict = ProcessPlain(inner, ethernet, nowNs, mayRelay: false, ref interfaceIndex);
        Resized = verdict == PacketCounter.Forwarded ? inner : null;
        return verdict;
    }

    private PacketCounter Relay(
        Span<byte> frame, ulong sourceMac, in IpView ip, in FlowKey key, long nowNs, ref uint interfaceIndex)
    {
        if (Relays is null || !Relays.TryRead(key, out RelayEntry entry) || ip.TimeToLive <= 1
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
        Wrap(frame, new Encapsulation(
            GueHeader.Path, hop, new PacketAddress(Tunnel.AddressBe), new PacketAddress(peerBe),
            AddressBytes.Be(entry.TunnelPortBe)));
        return PacketCounter.Tunnelled;
    }

    private static bool TryReadKey(in IpView ip, out FlowKey key)
    {
        key = default;
        if (ip.Protocol == (byte)IpProtocol.Tcp)
        {
            if (TcpView.TryRead(ip.Payload, out TcpView tcp) != ParseVerdict.Ok
                || (tcp.Flags & Deciding) != TcpFlags.Ack)
                return false;
            key = new FlowKey(ip.Source, ip.Destination, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
            return true;
        }
        if (ip.Protocol != (byte)IpProtocol.Udp || UdpView.TryRead(ip.Payload, out UdpView udp) != ParseVerdict.Ok)
            return false;
        key = new FlowKey(ip.Source, ip.Destination, udp.SourcePortBe, udp.DestinationPortBe, ip.Protocol);
        return true;
    }
}
