using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Tells a sender that its packets are too long for what lies ahead (RFC 1191, section 4; RFC 4443, section
/// 3.2): from their destination, in place of the frame that they are in.</summary>
public static class IcmpTooBig
{
    private const int QuotedPayloadBytes = 8;
    private const int LongestIpv6Bytes = 1_280;
    private const int MustNotBeCut = 0x4000;
    private const byte HopLimit = 64;
    private const byte DestinationUnreachable = 3;
    private const byte FragmentationNeeded = 4;
    private const byte PacketTooBig = 2;

    /// <summary>Turns a packet that must not be cut into its answer, to the MAC address it came from.</summary>
    /// <param name="frame">TCP or UDP, and longer than the answer.</param>
    /// <param name="mtuBytes">The longest packet that would pass.</param>
    /// <param name="frameBytes">Length of the answer.</param>
    /// <returns>False when nobody is told: the packet may be cut, or is a later fragment; it is left as it was
    /// then.</returns>
    public static bool TryAnswer(Span<byte> frame, int mtuBytes, out int frameBytes)
    {
        frameBytes = 0;
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok)
            return false;
        var hop = new NextHop(ethernet.SourceMac, ethernet.DestinationMac, 0, 1);
        Span<byte> whole = frame[..(EthernetView.HeaderBytes + ip.TotalBytes)];
        return TryTell(whole, EthernetView.HeaderBytes, ip.IsIpv4, mtuBytes, hop, out frameBytes);
    }

    /// <summary>Turns a frame with a packet inside, which may end early, into word to the packet's sender.</summary>
    /// <param name="frame">Longer than the word.</param>
    /// <param name="at">Where the packet begins in it.</param>
    /// <param name="isIpv4">The packet's family.</param>
    /// <param name="mtuBytes">The longest packet that would pass.</param>
    /// <param name="hop">Towards its sender.</param>
    /// <param name="frameBytes">Length of the word.</param>
    /// <returns>False when nobody is told; the frame is left as it was then.</returns>
    public static bool TryTell(
        Span<byte> frame, int at, bool isIpv4, int mtuBytes, in NextHop hop, out int frameBytes)
    {
        frameBytes = 0;
        Span<byte> quoted = frame[at..];
        if (!EmbeddedView.TryRead(quoted, isIpv4, out EmbeddedView ip)
            || (isIpv4 && (BinaryPrimitives.ReadUInt16BigEndian(quoted[6..]) & MustNotBeCut) == 0))
            return false;
        int headersBytes = IpHeader.Bytes(isIpv4) + IcmpView.HeaderBytes;
        int roomBytes = Math.Min(frame.Length - EthernetView.HeaderBytes, LongestIpv6Bytes) - headersBytes;
        int quotedBytes = isIpv4 ? ip.HeaderBytes + QuotedPayloadBytes : Math.Min(quoted.Length, roomBytes);
        if (quotedBytes < ip.HeaderBytes + QuotedPayloadBytes || quotedBytes > roomBytes)
            return false;
        (PacketAddress source, PacketAddress destination) = (ip.Source, ip.Destination);
        frameBytes = EthernetView.HeaderBytes + headersBytes + quotedBytes;
        Span<byte> packet = frame[EthernetView.HeaderBytes..frameBytes];
        quoted[..quotedBytes].CopyTo(packet[headersBytes..]);
        packet[..headersBytes].Clear();
        frame = frame[..frameBytes];
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
