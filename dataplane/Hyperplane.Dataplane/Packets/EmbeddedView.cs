using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The packet that an ICMP error answers (RFC 792): its IPv4 header and at least the first 8 bytes behind
/// it.</summary>
/// <remarks>Most are cut short, so the lengths and the checksums in it say nothing about the bytes at hand.</remarks>
public readonly ref struct EmbeddedView
{
    private const int LeastTransportBytes = 8;
    private const int FragmentOffset = 0x1fff;

    private readonly ReadOnlySpan<byte> _packet;

    private EmbeddedView(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>Length of the IPv4 header with its options.</summary>
    public int HeaderBytes => (_packet[0] & 0x0f) * 4;

    /// <summary>TCP or UDP.</summary>
    public byte Protocol => _packet[9];

    /// <summary>Who sent the packet that the error is about, network order.</summary>
    public uint SourceBe => MemoryMarshal.Read<uint>(_packet[12..]);

    /// <summary>The key of the frames that go the other way: those of whoever did not get the packet.</summary>
    public FlowKey4 OppositeKey => new(
        MemoryMarshal.Read<uint>(_packet[16..]), SourceBe,
        MemoryMarshal.Read<ushort>(_packet[(HeaderBytes + 2)..]), MemoryMarshal.Read<ushort>(_packet[HeaderBytes..]),
        Protocol);

    /// <summary>Reads what follows the fixed part of an ICMP error; false when it is no TCP or UDP packet with its
    /// ports.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EmbeddedView view)
    {
        view = default;
        if (bytes.Length < Ipv4View.MinimumHeaderBytes || bytes[0] >> 4 != 4)
            return false;
        int headerBytes = (bytes[0] & 0x0f) * 4;
        if (headerBytes < Ipv4View.MinimumHeaderBytes || bytes.Length < headerBytes + LeastTransportBytes
            || bytes[9] is not ((byte)IpProtocol.Tcp or (byte)IpProtocol.Udp)
            || (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & FragmentOffset) != 0)
            return false;
        view = new EmbeddedView(bytes);
        return true;
    }
}
