using System.Buffers.Binary;
using System.Net;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Frames made field by field, with checksums computed the long way (no code of the dataplane).</summary>
internal static class TestFrame
{
    public const int EthernetBytes = 14;
    public const int IpBytes = 20;
    public const byte Fin = 0x01;
    public const byte Syn = 0x02;
    public const byte Rst = 0x04;
    public const byte Psh = 0x08;
    public const byte Ack = 0x10;

    public static byte[] Tcp(
        string source, int sourcePort, string destination, int destinationPort,
        byte flags = Ack, int payloadBytes = 10, byte ttl = 64)
    {
        byte[] segment = new byte[20 + payloadBytes];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), 0x01020304);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), 0x0a0b0c0d);
        segment[12] = 5 << 4;
        segment[13] = flags;
        segment[14] = 0xff;
        Fill(segment.AsSpan(20));
        return Ip(source, destination, 6, segment, ttl);
    }

    public static byte[] Udp(
        string source, int sourcePort, string destination, int destinationPort,
        int payloadBytes = 18, byte ttl = 64)
    {
        byte[] datagram = new byte[8 + payloadBytes];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        Fill(datagram.AsSpan(8));
        return Ip(source, destination, 17, datagram, ttl);
    }

    public static byte[] Arp()
    {
        byte[] frame = new byte[60];
        frame.AsSpan(0, 6).Fill(0xff);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0806);
        return frame;
    }

    public static byte[] Ip(string source, string destination, byte protocol, ReadOnlySpan<byte> payload, byte ttl = 64)
    {
        if (source.Contains(':', StringComparison.Ordinal))
            return Ip6(source, destination, protocol, payload, ttl);
        byte[] frame = new byte[EthernetBytes + IpBytes + payload.Length];
        new byte[] { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 }.CopyTo(frame, 0);
        Span<byte> ip = frame.AsSpan(EthernetBytes);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IpBytes + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], 0x1234);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], 0x4000);
        ip[8] = ttl;
        ip[9] = protocol;
        IPAddress.Parse(source).TryWriteBytes(ip[12..], out _);
        IPAddress.Parse(destination).TryWriteBytes(ip[16..], out _);
        payload.CopyTo(ip[IpBytes..]);
        FixChecksums(frame);
        return frame;
    }

    /// <summary>Whether it says that it is IPv6.</summary>
    public static bool IsIpv6(byte[] frame) => frame.Length > 13 && frame[12] == 0x86 && frame[13] == 0xdd;

    /// <summary>Where TCP or UDP starts, without options.</summary>
    public static int TransportAt(byte[] frame) => EthernetBytes + (IsIpv6(frame) ? 40 : IpBytes);

    private static byte[] Ip6(
        string source, string destination, byte protocol, ReadOnlySpan<byte> payload, byte hopLimit)
    {
        byte[] frame = new byte[EthernetBytes + 40 + payload.Length];
        new byte[] { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd, 0x6a, 0xbc, 0x12, 0x34 }.CopyTo(frame, 0);
        Span<byte> ip = frame.AsSpan(EthernetBytes);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)payload.Length);
        (ip[6], ip[7]) = (protocol, hopLimit);
        IPAddress.Parse(source).TryWriteBytes(ip[8..], out _);
        IPAddress.Parse(destination).TryWriteBytes(ip[24..], out _);
        payload.CopyTo(ip[40..]);
        FixChecksums(frame);
        return frame;
    }

    /// <summary>Writes a MAC address, wire order in the low 48 bits of a little-endian word.</summary>
    public static void SetSourceMac(byte[] frame, ulong mac)
    {
        for (int i = 0; i < 6; i++)
            frame[6 + i] = (byte)(mac >> (8 * i));
    }

    /// <summary>Sets the flag "don't fragment".</summary>
    public static void SetMustNotBeCut(byte[] frame)
    {
        frame[20] |= 0x40;
        FixIpChecksum(frame);
    }

    /// <summary>Makes both checksums of a whole TCP or UDP frame right.</summary>
    public static void FixChecksums(byte[] frame)
    {
        FixIpChecksum(frame);
        int field = TransportField(frame);
        if (field == 0)
            return;
        frame[field] = frame[field + 1] = 0;
        ushort checksum = (ushort)~TransportSum(frame);
        checksum = checksum == 0 && ProtocolOf(frame) == 17 ? (ushort)0xffff : checksum;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(field), checksum);
    }

    /// <summary>Makes the header checksum right, for any header length that fits.</summary>
    public static void FixIpChecksum(byte[] frame)
    {
        if (IsIpv6(frame))
            return;
        int headerBytes = Math.Min((frame[EthernetBytes] & 15) * 4, frame.Length - EthernetBytes);
        frame[24] = frame[25] = 0;
        ushort checksum = (ushort)~Sum(frame.AsSpan(EthernetBytes, headerBytes), 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), checksum);
    }

    /// <summary>Whether both checksums are right (a UDP checksum of 0 is).</summary>
    public static bool ChecksumsRight(byte[] frame) =>
        Sum(frame.AsSpan(EthernetBytes, IpBytes), 0) == 0xffff
        && (TransportField(frame) == 0
            || (frame[23] == 17 && frame[40] == 0 && frame[41] == 0)
            || TransportSum(frame) == 0xffff);

    private static byte ProtocolOf(byte[] frame) => frame[IsIpv6(frame) ? 20 : 23];

    private static int TransportField(byte[] frame) =>
        ProtocolOf(frame) switch { 6 => TransportAt(frame) + 16, 17 => TransportAt(frame) + 6, _ => 0 };

    private static ushort TransportSum(byte[] frame)
    {
        int at = TransportAt(frame);
        int segmentBytes = IsIpv6(frame)
            ? BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(18))
            : BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(16)) - IpBytes;
        uint pseudo = ProtocolOf(frame) + (uint)segmentBytes;
        for (int i = IsIpv6(frame) ? 22 : 26; i < at; i += 2)
            pseudo += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(i));
        return Sum(frame.AsSpan(at, segmentBytes), pseudo);
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (int i = 0; i < bytes.Length; i++)
            sum += (i & 1) == 0 ? (uint)bytes[i] << 8 : bytes[i];
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }

    private static void Fill(Span<byte> payload)
    {
        for (int i = 0; i < payload.Length; i++)
            payload[i] = (byte)((i * 7) + 1);
    }
}
