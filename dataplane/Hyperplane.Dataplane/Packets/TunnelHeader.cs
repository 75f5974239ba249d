using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The headers in front of a packet inside a tunnel; the XDP program writes the same
/// (<c>bpf/encapsulate.h</c>).</summary>
/// <remarks>The outer packet must not be cut, has the inner one's traffic class with its congestion marks (RFC 6040,
/// section 4.1), and no UDP checksum (RFC 6935 for IPv6). What lets routers spread flows: the UDP source port, and over
/// IPv6 the flow label (RFC 6438).</remarks>
public static class TunnelHeader
{
    private const byte TimeToLive = 64;
    private const byte UdpProtocol = (byte)IpProtocol.Udp;
    private const byte GreProtocol = 47;
    private const byte Ipv4Follows = 4;
    private const byte Ipv6Follows = 41;
    private const int GueBytes = 4;
    private const int GreBytes = 4;
    private const int GreKeyBytes = 4;
    private const int VxlanBytes = 8;
    private const int VxlanIdShift = 8;
    private const int EtherTypeAt = 12;
    private const byte GreHasKey = 0x20;
    private const byte VxlanHasId = 0x08;

    /// <summary>The MAC addresses inside VXLAN, receiver and sender: locally administered, always these.</summary>
    public static ReadOnlySpan<byte> InnerMacs => [2, 0, 0, 0x64, 0x73, 0x72, 2, 0, 0, 0x64, 0x73, 0x6c];

    /// <summary>What a tunnel adds to a packet.</summary>
    public static int Bytes(in TunnelPath path, bool isIpv4) => IpHeader.Bytes(isIpv4) + path.Kind switch
    {
        TunnelKind.Gue => UdpView.HeaderBytes + GueBytes,
        TunnelKind.Gre => GreBytes + (path.NetworkId == 0 ? 0 : GreKeyBytes),
        TunnelKind.Vxlan => UdpView.HeaderBytes + VxlanBytes + EthernetView.HeaderBytes,
        _ => 0,
    };

    /// <summary>Writes Ethernet and tunnel headers in front of a packet.</summary>
    /// <param name="frame">Starts <see cref="Bytes"/> before the packet's old Ethernet header.</param>
    /// <param name="path">The encapsulation.</param>
    /// <param name="hop">Towards the tunnel's other end.</param>
    /// <param name="source">This end.</param>
    /// <param name="destination">The other end, of the same family.</param>
    /// <param name="sourcePort">From <see cref="GueHeader.SourcePort"/>.</param>
    public static void Write(
        Span<byte> frame, in TunnelPath path, in NextHop hop, in PacketAddress source, in PacketAddress destination,
        ushort sourcePort)
    {
        int addedBytes = Bytes(path, source.IsIpv4);
        ushort etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(addedBytes + EtherTypeAt)..]);
        bool isIpv4 = etherType == EthernetView.Ipv4;
        ReadOnlySpan<byte> inner = frame[(addedBytes + EthernetView.HeaderBytes)..];
        byte trafficClass = isIpv4 ? inner[1] : (byte)(BinaryPrimitives.ReadUInt16BigEndian(inner) >> 4);
        frame[..(EthernetView.HeaderBytes + addedBytes)].Clear();
        FrameRewriter.WriteEthernet(frame, hop);
        byte follows = isIpv4 ? Ipv4Follows : Ipv6Follows;
        byte protocol = path.Kind switch
        {
            TunnelKind.Ipip => follows,
            TunnelKind.Gre => GreProtocol,
            _ => UdpProtocol,
        };
        Span<byte> rest = IpHeader.Write(
            frame, source, destination, protocol, TimeToLive, trafficClass, sourcePort);
        switch (path.Kind)
        {
            case TunnelKind.Gue:
                WriteUdp(rest, sourcePort, path.Port)[1] = follows;
                break;
            case TunnelKind.Gre:
                WriteGre(rest, etherType, path.NetworkId);
                break;
            case TunnelKind.Vxlan:
                WriteVxlan(WriteUdp(rest, sourcePort, path.Port), etherType, path.NetworkId);
                break;
        }
    }

    private static Span<byte> WriteUdp(Span<byte> udp, ushort sourcePort, ushort port)
    {
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        return udp[UdpView.HeaderBytes..];
    }

    private static void WriteGre(Span<byte> gre, ushort etherType, uint key)
    {
        gre[0] = key == 0 ? (byte)0 : GreHasKey;
        BinaryPrimitives.WriteUInt16BigEndian(gre[2..], etherType);
        if (key != 0)
            BinaryPrimitives.WriteUInt32BigEndian(gre[GreBytes..], key);
    }

    private static void WriteVxlan(Span<byte> vxlan, ushort etherType, uint networkId)
    {
        vxlan[0] = VxlanHasId;
        BinaryPrimitives.WriteUInt32BigEndian(vxlan[4..], networkId << VxlanIdShift);
        InnerMacs.CopyTo(vxlan[VxlanBytes..]);
        BinaryPrimitives.WriteUInt16BigEndian(vxlan[(VxlanBytes + EtherTypeAt)..], etherType);
    }
}
