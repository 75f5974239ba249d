using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>An IP packet inside Generic UDP Encapsulation, version 0 without options
/// (draft-ietf-intarea-gue), between nodes.</summary>
/// <remarks>Outer IPv4 header, UDP to port 6080 without a checksum, 4 bytes that say "IPv4 follows" or
/// "IPv6 follows"; <see cref="TunnelHeader"/> writes them. The outer source port is the inner flow's, hashed, so that
/// routers spread flows.</remarks>
public static class GueHeader
{
    /// <summary>What the tunnel adds to a packet.</summary>
    public const int Bytes = Ipv4View.MinimumHeaderBytes + UdpView.HeaderBytes + GueBytes;

    /// <summary>IANA's port of GUE.</summary>
    public const ushort Port = 6_080;

    private const int GueBytes = 4;
    private const byte Ipv4Follows = 4;
    private const byte Ipv6Follows = 41;
    private const ushort FirstSourcePort = 0xc000;

    /// <summary>From node to node.</summary>
    public static TunnelPath Path { get; } = new(TunnelKind.Gue, Port, NetworkId: 0);

    /// <summary>The outer source port of a flow's packets.</summary>
    public static ushort SourcePort(in FlowKey flow) => (ushort)(FirstSourcePort | (FlowHash.Of(flow, 0) & 0x3fff));

    /// <summary>Whether an IPv4 packet is a tunnelled one to an address, whatever is inside.</summary>
    public static bool IsFor(in Ipv4View ip, uint addressBe) =>
        ip.DestinationBe == addressBe && ip.Protocol == (byte)IpProtocol.Udp && !ip.IsFragment
        && ip.HeaderBytes == Ipv4View.MinimumHeaderBytes && ip.Payload.Length >= UdpView.HeaderBytes
        && BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[2..]) == Port;

    /// <summary>The EtherType of what follows the plain header; 0 when that is another one, or cut off.</summary>
    public static ushort Inner(in Ipv4View ip)
    {
        if (ip.Payload.Length < UdpView.HeaderBytes + GueBytes)
            return 0;
        return BinaryPrimitives.ReadUInt32BigEndian(ip.Payload[UdpView.HeaderBytes..]) switch
        {
            (uint)Ipv4Follows << 16 => EthernetView.Ipv4,
            (uint)Ipv6Follows << 16 => EthernetView.Ipv6,
            _ => 0,
        };
    }
}
