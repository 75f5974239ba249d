using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>An IPv4 packet inside Generic UDP Encapsulation, version 0 without options
/// (draft-ietf-intarea-gue).</summary>
/// <remarks>Outer IPv4 header, UDP to port 6080 without a checksum, 4 bytes that say "IPv4 follows". The outer source
/// port is the inner flow's, hashed, so that routers spread flows.</remarks>
public static class GueHeader
{
    /// <summary>What the tunnel adds to a packet.</summary>
    public const int Bytes = Ipv4View.MinimumHeaderBytes + UdpView.HeaderBytes + GueBytes;

    /// <summary>IANA's port of GUE.</summary>
    public const ushort Port = 6_080;

    private const int GueBytes = 4;
    private const byte Ipv4Follows = 4;
    private const byte TimeToLive = 64;
    private const ushort FirstSourcePort = 0xc000;

    /// <summary>The outer source port of a flow's packets.</summary>
    public static ushort SourcePort(in FlowKey4 flow) => (ushort)(FirstSourcePort | (FlowHash.Of(flow, 0) & 0x3fff));

    /// <summary>Writes Ethernet and tunnel headers in front of a packet.</summary>
    /// <param name="frame">Starts <see cref="Bytes"/> bytes before the packet's old Ethernet header.</param>
    /// <param name="hop">Towards the tunnel's other end.</param>
    /// <param name="sourceBe">This end, network order.</param>
    /// <param name="destinationBe">The other end.</param>
    /// <param name="sourcePort">From <see cref="SourcePort"/>.</param>
    public static void Write(Span<byte> frame, in NextHop hop, uint sourceBe, uint destinationBe, ushort sourcePort)
    {
        frame[..(EthernetView.HeaderBytes + Bytes)].Clear();
        FrameRewriter.WriteEthernet(frame, hop);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EthernetView.Ipv4);
        Span<byte> ip = frame[EthernetView.HeaderBytes..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], 0x4000);
        ip[8] = TimeToLive;
        ip[9] = (byte)IpProtocol.Udp;
        MemoryMarshal.Write(ip[12..], sourceBe);
        MemoryMarshal.Write(ip[16..], destinationBe);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip[..Ipv4View.MinimumHeaderBytes]));
        Span<byte> udp = ip[Ipv4View.MinimumHeaderBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        udp[UdpView.HeaderBytes + 1] = Ipv4Follows;
    }

    /// <summary>Whether an IPv4 packet is a tunnelled one to an address, whatever is inside.</summary>
    public static bool IsFor(in Ipv4View ip, uint addressBe) =>
        ip.DestinationBe == addressBe && ip.Protocol == (byte)IpProtocol.Udp && !ip.IsFragment
        && ip.HeaderBytes == Ipv4View.MinimumHeaderBytes && ip.Payload.Length >= UdpView.HeaderBytes
        && BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[2..]) == Port;

    /// <summary>Whether what follows the UDP header is the plain header and an IPv4 packet.</summary>
    public static bool IsPlain(in Ipv4View ip) =>
        ip.Payload.Length >= UdpView.HeaderBytes + GueBytes + Ipv4View.MinimumHeaderBytes && SaysIpv4(ip);

    /// <summary>Whether what follows the UDP header is the plain header; it is there.</summary>
    public static bool SaysIpv4(in Ipv4View ip) =>
        BinaryPrimitives.ReadUInt32BigEndian(ip.Payload[UdpView.HeaderBytes..]) == (uint)Ipv4Follows << 16;
}
