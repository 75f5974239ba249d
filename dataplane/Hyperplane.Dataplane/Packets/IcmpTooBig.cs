using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Tells a sender that its packets are too long for what lies ahead (RFC 1191, section 4).</summary>
public static class IcmpTooBig
{
    private const int QuotedPayloadBytes = 8;
    private const int IcmpHeaderBytes = 8;
    private const byte TimeToLive = 64;
    private const byte DestinationUnreachable = 3;
    private const byte FragmentationNeeded = 4;

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
            || Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) != ParseVerdict.Ok
            || !ip.MustNotBeCut || ip.FragmentOffsetBytes != 0
            || ip.Protocol is not ((byte)IpProtocol.Tcp or (byte)IpProtocol.Udp))
            return false;
        int quotedBytes = ip.HeaderBytes + QuotedPayloadBytes;
        int packetBytes = Ipv4View.MinimumHeaderBytes + IcmpHeaderBytes + quotedBytes;
        if (frame.Length < EthernetView.HeaderBytes + packetBytes || ip.Payload.Length < QuotedPayloadBytes)
            return false;
        (uint sourceBe, uint destinationBe) = (ip.SourceBe, ip.DestinationBe);
        var hop = new NextHop(ethernet.SourceMac, ethernet.DestinationMac, 0, 1);
        Span<byte> packet = frame.Slice(EthernetView.HeaderBytes, packetBytes);
        packet[..quotedBytes].CopyTo(packet[^quotedBytes..]);
        packet[..^quotedBytes].Clear();
        FrameRewriter.WriteEthernet(frame, hop);
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packetBytes);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], 0x4000);
        packet[8] = TimeToLive;
        packet[9] = IcmpView.Protocol;
        MemoryMarshal.Write(packet[12..], destinationBe);
        MemoryMarshal.Write(packet[16..], sourceBe);
        MemoryMarshal.Write(packet[10..], InternetChecksum.Of(packet[..Ipv4View.MinimumHeaderBytes]));
        Span<byte> icmp = packet[Ipv4View.MinimumHeaderBytes..];
        icmp[0] = DestinationUnreachable;
        icmp[1] = FragmentationNeeded;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[6..], (ushort)mtuBytes);
        MemoryMarshal.Write(icmp[2..], InternetChecksum.Of(icmp));
        frameBytes = EthernetView.HeaderBytes + packetBytes;
        return true;
    }
}
