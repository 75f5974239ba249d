using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Tells a sender that its packets are too long for what lies ahead (RFC 1191, section 4; RFC 4443, section
/// 3.2).</summary>
public static class IcmpTooBig
{
    private const int QuotedPayloadBytes = 8;
    private const int LongestIpv6Bytes = 1_280;
    private const byte HopLimit = 64;
    private const byte DestinationUnreachable = 3;
    private const byte FragmentationNeeded = 4;
    private const byte PacketTooBig = 2;

    /// <summary>Turns a packet that must not be cut into its answer, in place: from its destination to its source and
    /// to the MAC address it came from.</summary>
    /// <param name="frame">TCP or UDP, and longer than the answer.</param>
    /// <param name="mtuBytes">The longest packet that would pass.</param>
    /// <param name="frameBytes">Length of the answer.</param>
    /// <returns>False when nobody is told: the packet may be cut, or is a later fragment; it is left as it was
    /// then.</returns>
    public static bool TryAnswer(Span<byte> frame, int mtuBytes, out int frameBytes)
    {
        frameBytes = 0;
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok
            || !ip.MustNotBeCut || ip.FragmentOffsetBytes != 0
            || ip.Protocol is not ((byte)IpProtocol.Tcp or (byte)IpProtocol.Udp))
            return false;
        int headersBytes = IpHeader.Bytes(ip.IsIpv4) + IcmpView.HeaderBytes;
        int quotedBytes = ip.IsIpv4
            ? ip.HeaderBytes + QuotedPayloadBytes
            : Math.Min(ip.TotalBytes, LongestIpv6Bytes) - headersBytes;
        int packetBytes = headersBytes + quotedBytes;
        if (frame.Length < EthernetView.HeaderBytes + packetBytes || ip.Payload.Length < QuotedPayloadBytes
            || quotedBytes < ip.HeaderBytes + QuotedPayloadBytes)
            return false;
        (PacketAddress source, PacketAddress destination, bool isIpv4) = (ip.Source, ip.Destination, ip.IsIpv4);
        var hop = new NextHop(ethernet.SourceMac, ethernet.DestinationMac, 0, 1);
        frameBytes = EthernetView.HeaderBytes + packetBytes;
        frame = frame[..frameBytes];
        Span<byte> packet = frame[EthernetView.HeaderBytes..];
        packet[..quotedBytes].CopyTo(packet[headersBytes..]);
        packet[..headersBytes].Clear();
        FrameRewriter.WriteEthernet(frame, hop);
        byte protocol = isIpv4 ? IcmpView.Protocol : IcmpView.ProtocolV6;
        Span<byte> icmp = IpHeader.Write(frame, destination, source, protocol, HopLimit);
        icmp[0] = isIpv4 ? DestinationUnreachable : PacketTooBig;
        icmp[1] = isIpv4 ? FragmentationNeeded : (byte)0;
        // IPv4 has 16 bits for it, in the lower half of the word that IPv6 uses whole.
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], (ushort)mtuBytes);
        ulong pseudoSum = isIpv4 ? 0 : InternetChecksum.PseudoSum(destination, source, protocol, icmp.Length);
        MemoryMarshal.Write(icmp[2..], (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(icmp) + pseudoSum));
        return true;
    }
}
