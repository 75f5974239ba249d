using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Carries an ICMP error to the other side of a translated flow (RFC 5508, section 4).</summary>
/// <remarks>The error seems to come from the flow's peer as the receiver knows it, also when a router on the way made
/// it: inner addresses show nowhere, and no filter meets a foreign source.</remarks>
public static class IcmpErrorRewriter
{
    private const int ChecksumOffset = 2;

    /// <summary>Writes addresses, ports, TTL and all checksums, outside and inside.</summary>
    /// <param name="frame">A frame whose headers were read and found whole, its ICMP checksum right, its TTL above
    /// 1.</param>
    /// <param name="headerBytes">Length of the outer IPv4 header.</param>
    /// <param name="totalBytes">Length of the outer packet, without padding.</param>
    /// <param name="entry">The translation of frames that come from where the error came from.</param>
    /// <param name="hop">A resolved next hop.</param>
    public static void Apply(
        Span<byte> frame, int headerBytes, int totalBytes, in FlowEntry4 entry, in NextHop hop)
    {
        FrameRewriter.WriteEthernet(frame, hop);
        Span<byte> packet = frame.Slice(EthernetView.HeaderBytes, totalBytes);
        Span<byte> message = packet[headerBytes..];
        WriteEmbedded(message[IcmpView.HeaderBytes..], entry);
        MemoryMarshal.Write(message[ChecksumOffset..], (ushort)0);
        MemoryMarshal.Write(message[ChecksumOffset..], InternetChecksum.Of(message));

        packet[8]--;
        MemoryMarshal.Write(packet[12..], entry.SourceBe);
        MemoryMarshal.Write(packet[16..], entry.DestinationBe);
        MemoryMarshal.Write(packet[10..], (ushort)0);
        MemoryMarshal.Write(packet[10..], InternetChecksum.Of(packet[..headerBytes]));
    }

    /// <summary>The packet inside went the other way: as its sender sent it.</summary>
    private static void WriteEmbedded(Span<byte> packet, in FlowEntry4 entry)
    {
        int headerBytes = (packet[0] & 0x0f) * 4;
        bool isUdp = packet[9] == (byte)IpProtocol.Udp;
        Span<byte> transport = packet[headerBytes..];
        ulong oldAddresses = MemoryMarshal.Read<uint>(packet[12..]) + (ulong)MemoryMarshal.Read<uint>(packet[16..]);
        ulong oldPorts = MemoryMarshal.Read<ushort>(transport) + (ulong)MemoryMarshal.Read<ushort>(transport[2..]);
        ulong newAddresses = entry.SourceBe + (ulong)entry.DestinationBe;
        ulong newPorts = entry.SourcePortBe + (ulong)entry.DestinationPortBe;

        MemoryMarshal.Write(packet[12..], entry.DestinationBe);
        MemoryMarshal.Write(packet[16..], entry.SourceBe);
        Adjust(packet[10..], InternetChecksum.Delta(oldAddresses, newAddresses));
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
