using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>A UDP header (RFC 768), 8 bytes.</summary>
public readonly ref struct UdpView
{
    /// <summary>Length of the header.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Where the checksum is; 0 there means that the sender made none.</summary>
    public const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _datagram;

    private UdpView(ReadOnlySpan<byte> datagram) => _datagram = datagram;

    /// <summary>Source port, network order.</summary>
    public ushort SourcePortBe => MemoryMarshal.Read<ushort>(_datagram);

    /// <summary>Destination port, network order.</summary>
    public ushort DestinationPortBe => MemoryMarshal.Read<ushort>(_datagram[2..]);

    /// <summary>Length of header and data.</summary>
    public int LengthBytes => BinaryPrimitives.ReadUInt16BigEndian(_datagram[4..]);

    /// <summary>Reads the header at the start of an IPv4 payload.</summary>
    public static ParseVerdict TryRead(ReadOnlySpan<byte> payload, out UdpView view)
    {
        view = default;
        if (payload.Length < HeaderBytes)
            return ParseVerdict.Truncated;
        int lengthBytes = BinaryPrimitives.ReadUInt16BigEndian(payload[4..]);
        if (lengthBytes < HeaderBytes)
            return ParseVerdict.Malformed;
        if (lengthBytes > payload.Length)
            return ParseVerdict.Truncated;
        view = new UdpView(payload);
        return ParseVerdict.Ok;
    }
}
