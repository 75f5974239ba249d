using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Cuts an IPv4 packet in two (RFC 791, section 3.2).</summary>
public static class PacketCut
{
    private const int FlagsAt = EthernetView.HeaderBytes + 6;
    private const int PayloadAt = EthernetView.HeaderBytes + Ipv4View.MinimumHeaderBytes;
    private const ushort MoreFragments = 0x2000;
    private const int Unit = 8;

    /// <summary>Finds the lengths of both pieces, Ethernet headers included.</summary>
    /// <param name="frame">Longer than allowed.</param>
    /// <param name="longestBytes">The longest packet allowed.</param>
    /// <param name="firstBytes">Length of the first piece's frame.</param>
    /// <param name="restBytes">Length of the other one's.</param>
    /// <returns>False when the packet must not be cut, has options, or is too long for two pieces.</returns>
    public static bool TryMeasure(ReadOnlySpan<byte> frame, int longestBytes, out int firstBytes, out int restBytes)
    {
        (firstBytes, restBytes) = (0, 0);
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) != ParseVerdict.Ok
            || ip.MustNotBeCut || ip.HeaderBytes != Ipv4View.MinimumHeaderBytes)
            return false;
        int room = (longestBytes - Ipv4View.MinimumHeaderBytes) / Unit * Unit;
        firstBytes = PayloadAt + room;
        restBytes = PayloadAt + ip.Payload.Length - room;
        return room > 0 && restBytes > PayloadAt && restBytes - EthernetView.HeaderBytes <= longestBytes;
    }

    /// <summary>Writes the second piece, and the first one in place.</summary>
    /// <param name="frame">As <see cref="TryMeasure"/> saw it; its first bytes are the first piece afterwards.</param>
    /// <param name="firstBytes">As measured.</param>
    /// <param name="rest">As long as measured.</param>
    public static void Cut(Span<byte> frame, int firstBytes, Span<byte> rest)
    {
        frame[..PayloadAt].CopyTo(rest);
        frame.Slice(firstBytes, rest.Length - PayloadAt).CopyTo(rest[PayloadAt..]);
        ushort place = BinaryPrimitives.ReadUInt16BigEndian(frame[FlagsAt..]);
        WriteHeader(rest, (ushort)(place + ((firstBytes - PayloadAt) / Unit)));
        WriteHeader(frame[..firstBytes], (ushort)(place | MoreFragments));
    }

    private static void WriteHeader(Span<byte> frame, ushort place)
    {
        Span<byte> ip = frame[EthernetView.HeaderBytes..PayloadAt];
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(frame.Length - EthernetView.HeaderBytes));
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], place);
        (ip[10], ip[11]) = (0, 0);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip));
    }
}
