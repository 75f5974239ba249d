using System.Buffers.Binary;
using System.Net;

namespace Hyperplane.Decap.Tests.Kernel;

/// <summary>Packets and frames made field by field, as the RFCs draw them (no code of the product).</summary>
internal static class Wire
{
    public const int EthernetBytes = 14;
    public const int GuePort = 6080;
    public const int VxlanPort = 4789;
    public const int Vni = 7;

    public static string Balancer(int version) => version == 4 ? "10.0.0.1" : "fd00::1";

    public static string Target(int version) => version == 4 ? "10.0.0.3" : "fd00::3";

    public static string Vip(int version) => version == 4 ? "203.0.113.10" : "2001:db8:10::10";

    public static string Client(int version) => version == 4 ? "192.0.2.7" : "2001:db8:c::7";

    /// <summary>A client's datagram to the VIP.</summary>
    public static byte[] Inner(int version, int payloadBytes = 18, int mark = 0) =>
        Ip(version, Client(version), Vip(version), 17, Udp(40_000, 53, Payload(payloadBytes)), mark);

    /// <summary>What a load balancer sends to the target: a packet in its encapsulation, as a frame.</summary>
    public static byte[] Wrapped(Encapsulation encapsulation, int outerVersion, byte[] inner, int mark = 0)
    {
        int innerVersion = inner[0] >> 4;
        byte protocol = (byte)(innerVersion == 4 ? 4 : 41);
        byte[] type = innerVersion == 4 ? [8, 0] : [0x86, 0xdd];
        (byte Protocol, byte[] Bytes) outer = encapsulation switch
        {
            Encapsulation.Ip => (protocol, inner),
            Encapsulation.Gre => (47, [0, 0, .. type, .. inner]),
            Encapsulation.GreWithKey => (47, [0x20, 0, .. type, 1, 2, 3, 4, .. inner]),
            Encapsulation.Gue => (17, Udp(50_000, GuePort, [0, protocol, 0, 0, .. inner])),
            _ => (17, Udp(50_000, VxlanPort, [8, 0, 0, 0, 0, 0, Vni, 0, .. Frame(inner, 9)])),
        };
        return Frame(Ip(
            outerVersion, Balancer(outerVersion), Target(outerVersion), outer.Protocol, outer.Bytes, mark));
    }

    /// <summary>A packet behind an Ethernet header.</summary>
    /// <param name="packet">Its first half byte tells its version.</param>
    /// <param name="station">Last byte of both addresses.</param>
    public static byte[] Frame(byte[] packet, byte station = 1)
    {
        byte[] type = packet[0] >> 4 == 4 ? [8, 0] : [0x86, 0xdd];
        return [2, 0, 0, 0, 0, station, 2, 0, 0, 0, 1, station, .. type, .. packet];
    }

    /// <summary>A header of either version and what follows it.</summary>
    public static byte[] Ip(
        int version, string source, string destination, byte protocol, byte[] payload, int mark = 0)
    {
        byte[] packet = new byte[(version == 4 ? 20 : 40) + payload.Length];
        payload.CopyTo(packet, packet.Length - payload.Length);
        if (version == 4)
        {
            packet[0] = 0x45;
            packet[1] = (byte)(0xb8 | mark);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[6] = 0x40;
            packet[8] = 64;
            packet[9] = protocol;
            IPAddress.Parse(source).TryWriteBytes(packet.AsSpan(12), out _);
            IPAddress.Parse(destination).TryWriteBytes(packet.AsSpan(16), out _);
            SetHeaderChecksum(packet);
            return packet;
        }

        packet[0] = 0x6b;
        packet[1] = (byte)(0x80 | mark << 4 | 5);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)payload.Length);
        packet[6] = protocol;
        packet[7] = 64;
        IPAddress.Parse(source).TryWriteBytes(packet.AsSpan(8), out _);
        IPAddress.Parse(destination).TryWriteBytes(packet.AsSpan(24), out _);
        return packet;
    }

    /// <summary>Without a checksum.</summary>
    public static byte[] Udp(int source, int destination, byte[] payload)
    {
        byte[] datagram = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)source);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)destination);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        payload.CopyTo(datagram, 8);
        return datagram;
    }

    /// <summary>Makes the checksum of an IPv4 header right, options included.</summary>
    public static void SetHeaderChecksum(Span<byte> packet)
    {
        int headerBytes = Math.Min((packet[0] & 15) * 4, packet.Length);
        if (headerBytes < 12)
            return;
        packet[10] = packet[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], (ushort)~Sum(packet[..headerBytes]));
    }

    /// <summary>Whether the checksum of an IPv4 header is right.</summary>
    public static bool HeaderChecksumRight(ReadOnlySpan<byte> packet) =>
        Sum(packet[..((packet[0] & 15) * 4)]) == 0xffff;

    private static byte[] Payload(int bytes) => [.. Enumerable.Range(0, bytes).Select(i => (byte)((i * 7) + 1))];

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
            sum += (i & 1) == 0 ? (uint)bytes[i] << 8 : bytes[i];
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
