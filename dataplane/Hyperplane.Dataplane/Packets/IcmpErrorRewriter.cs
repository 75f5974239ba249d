using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Carries an ICMP error to the other side of a translated flow (RFC 5508, section 4; ICMPv6
/// likewise).</summary>
/// <remarks>The error seems to come from the flow's peer as the receiver knows it, also when a router on the way made
/// it: inner addresses show nowhere, and no filter meets a foreign source.</remarks>
public static class IcmpErrorRewriter
{
    private const int ChecksumOffset = 2;

    /// <summary>Writes addresses, ports, TTL and all checksums, outside and inside.</summary>
    /// <param name="frame">A frame whose headers were read and found whole, its ICMP checksum right, its TTL above
    /// 1.</param>
    /// <param name="ip">Its outer header.</param>
    /// <param name="entry">The translation of frames that come from where the error came from, within the
    /// family.</param>
    /// <param name="hop">A resolved next hop.</param>
    public static void Apply(Span<byte> frame, in IpView ip, in FlowEntry entry, in NextHop hop)
    {
        FrameRewriter.WriteEthernet(frame, hop);
        Span<byte> packet = frame.Slice(EthernetView.HeaderBytes, ip.TotalBytes);
        Span<byte> message = packet[ip.HeaderBytes..];
        Span<byte> embedded = message[IcmpView.HeaderBytes..];
        if (ip.IsIpv4)
            WriteEmbeddedIpv4(embedded, entry);
        else
            WriteEmbeddedIpv6(embedded, entry);
        ulong pseudoSum = ip.IsIpv4
            ? 0
            : InternetChecksum.PseudoSum(entry.Source, entry.Destination, IcmpView.ProtocolV6, message.Length);
        MemoryMarshal.Write(message[ChecksumOffset..], (ushort)0);
        MemoryMarshal.Write(
            message[ChecksumOffset..], (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(message) + pseudoSum));
        if (!ip.IsIpv4)
        {
            packet[7]--;
            MemoryMarshal.Write(packet[8..], entry.Source);
            MemoryMarshal.Write(packet[24..], entry.Destination);
            return;
        }
        packet[8]--;
        MemoryMarshal.Write(packet[12..], entry.Source.Ipv4Be);
        MemoryMarshal.Write(packet[16..], entry.Destination.Ipv4Be);
        MemoryMarshal.Write(packet[10..], (ushort)0);
        MemoryMarshal.Write(packet[10..], InternetChecksum.Of(packet[..ip.HeaderBytes]));
    }

    /// <summary>The packet inside went the other way: as its sender sent it.</summary>
    private static void WriteEmbeddedIpv4(Span<byte> packet, in FlowEntry entry)
    {
        ulong oldWords = MemoryMarshal.Read<uint>(packet[12..]) + (ulong)MemoryMarshal.Read<uint>(packet[16..]);
        ulong newWords = entry.Source.Words + entry.Destination.Words;
        MemoryMarshal.Write(packet[12..], entry.Destination.Ipv4Be);
        MemoryMarshal.Write(packet[16..], entry.Source.Ipv4Be);
        Adjust(packet[10..], InternetChecksum.Delta(oldWords, newWords));
        WritePorts(packet[((packet[0] & 0x0f) * 4)..], packet[9], oldWords, newWords, entry);
    }

    private static void WriteEmbeddedIpv6(Span<byte> packet, in FlowEntry entry)
    {
        Ipv6View.TryReadQuoted(packet, out Ipv6View ip);
        ulong oldWords = ip.Source.Words + ip.Destination.Words;
        MemoryMarshal.Write(packet[8..], entry.Destination);
        MemoryMarshal.Write(packet[24..], entry.Source);
        WritePorts(
            packet[ip.HeaderBytes..], ip.Protocol, oldWords, entry.Source.Words + entry.Destination.Words, entry);
    }

    /// <summary>Writes ports and checksum of a packet that may end behind its ports.</summary>
    internal static void WritePorts(
        Span<byte> transport, byte protocol, ulong oldAddresses, ulong newAddresses, in FlowEntry entry)
    {
        bool isUdp = protocol == (byte)IpProtocol.Udp;
        ulong oldPorts = MemoryMarshal.Read<ushort>(transport) + (ulong)MemoryMarshal.Read<ushort>(transport[2..]);
        ulong newPorts = entry.SourcePortBe + (ulong)entry.DestinationPortBe;
        MemoryMarshal.Write(transport, entry.DestinationPortBe);
        MemoryMarshal.Write(transport[2..], entry.SourcePortBe);
        int field = isUdp ? UdpView.ChecksumOffset : TcpView.ChecksumOffset;
        bool hasNone = isUdp && MemoryMarshal.Read<ushort>(transport[field..]) == 0;
        if (transport.Length >= field + sizeof(ushort) && !hasNone)
            Adjust(transport[field..], InternetChecksum.Delta(oldAddresses + oldPorts, newAddresses + newPorts));
    }

    private static void Adjust(Span<byte> field, ushort delta)
    {
        ushort checksum = InternetChecksum.Update(MemoryMarshal.Read<ushort>(field), delta);
        MemoryMarshal.Write(field, checksum);
    }
}
