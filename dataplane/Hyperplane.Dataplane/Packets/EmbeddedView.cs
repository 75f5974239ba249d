using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The packet that an ICMP error answers (RFC 792, RFC 4443): its IP header and at least the first 8 bytes
/// behind it.</summary>
/// <remarks>Most are cut short, so the lengths and the checksums in it say nothing about the bytes at hand.</remarks>
public readonly ref struct EmbeddedView
{
    private const int LeastTransportBytes = 8;
    private const int FragmentOffset = 0x1fff;

    private readonly ReadOnlySpan<byte> _packet;

    private EmbeddedView(
        ReadOnlySpan<byte> packet, int headerBytes, byte protocol, PacketAddress source, PacketAddress destination)
    {
        _packet = packet;
        HeaderBytes = headerBytes;
        Protocol = protocol;
        Source = source;
        Destination = destination;
    }

    /// <summary>Length of the IP header with its options or extension headers.</summary>
    public int HeaderBytes { get; }

    /// <summary>TCP or UDP.</summary>
    public byte Protocol { get; }

    /// <summary>Who sent the packet that the error is about.</summary>
    public PacketAddress Source { get; }

    /// <summary>Who should have got it.</summary>
    public PacketAddress Destination { get; }

    /// <summary>The packet's own key.</summary>
    public FlowKey Key => OppositeKey.Opposite();

    /// <summary>The key of the frames that go the other way: those of whoever did not get the packet.</summary>
    public FlowKey OppositeKey => new(
        Destination, Source, MemoryMarshal.Read<ushort>(_packet[(HeaderBytes + 2)..]),
        MemoryMarshal.Read<ushort>(_packet[HeaderBytes..]), Protocol);

    /// <summary>Reads what follows the fixed part of an ICMP error; false when it is no TCP or UDP packet with its
    /// ports.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool isIpv4, out EmbeddedView view) =>
        isIpv4 ? TryReadIpv4(bytes, out view) : TryReadIpv6(bytes, out view);

    private static bool TryReadIpv4(ReadOnlySpan<byte> bytes, out EmbeddedView view)
    {
        view = default;
        if (bytes.Length < Ipv4View.MinimumHeaderBytes || bytes[0] >> 4 != 4)
            return false;
        int headerBytes = (bytes[0] & 0x0f) * 4;
        if (headerBytes < Ipv4View.MinimumHeaderBytes || !HasPorts(bytes, headerBytes, bytes[9])
            || (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & FragmentOffset) != 0)
            return false;
        var source = new PacketAddress(MemoryMarshal.Read<uint>(bytes[12..]));
        var destination = new PacketAddress(MemoryMarshal.Read<uint>(bytes[16..]));
        view = new EmbeddedView(bytes, headerBytes, bytes[9], source, destination);
        return true;
    }

    private static bool TryReadIpv6(ReadOnlySpan<byte> bytes, out EmbeddedView view)
    {
        view = default;
        if (Ipv6View.TryReadQuoted(bytes, out Ipv6View ip) != ParseVerdict.Ok || ip.FragmentOffsetBytes != 0
            || !HasPorts(bytes, ip.HeaderBytes, ip.Protocol))
            return false;
        view = new EmbeddedView(bytes, ip.HeaderBytes, ip.Protocol, ip.Source, ip.Destination);
        return true;
    }

    private static bool HasPorts(ReadOnlySpan<byte> bytes, int headerBytes, byte protocol) =>
        bytes.Length >= headerBytes + LeastTransportBytes
        && protocol is (byte)IpProtocol.Tcp or (byte)IpProtocol.Udp;
}
