using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>A TCP header (RFC 9293) with options.</summary>
public readonly ref struct TcpView
{
    /// <summary>Length of a header without options.</summary>
    public const int MinimumHeaderBytes = 20;

    /// <summary>Where the checksum is.</summary>
    public const int ChecksumOffset = 16;

    private readonly ReadOnlySpan<byte> _segment;

    private TcpView(ReadOnlySpan<byte> segment) => _segment = segment;

    /// <summary>Source port, network order.</summary>
    public ushort SourcePortBe => MemoryMarshal.Read<ushort>(_segment);

    /// <summary>Destination port, network order.</summary>
    public ushort DestinationPortBe => MemoryMarshal.Read<ushort>(_segment[2..]);

    /// <summary>Number of the segment's first octet, or of its SYN.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_segment[4..]);

    /// <summary>The next octet the sender expects; counts only with <see cref="TcpFlags.Ack"/>.</summary>
    public uint Acknowledgement => BinaryPrimitives.ReadUInt32BigEndian(_segment[8..]);

    /// <summary>Control bits without ECE and CWR, which no state depends on.</summary>
    public TcpFlags Flags => (TcpFlags)(_segment[13] & 0x3f);

    /// <summary>The sequence number behind this segment: SYN and FIN count one octet each.</summary>
    public uint SequenceEnd => Sequence + (uint)(_segment.Length - ((_segment[12] >> 4) * 4))
        + (uint)(_segment[13] & 1) + (uint)((_segment[13] >> 1) & 1);

    /// <summary>Reads the header at the start of an IPv4 payload.</summary>
    public static ParseVerdict TryRead(ReadOnlySpan<byte> payload, out TcpView view)
    {
        view = default;
        if (payload.Length < MinimumHeaderBytes)
            return ParseVerdict.Truncated;
        int headerBytes = (payload[12] >> 4) * 4;
        if (headerBytes < MinimumHeaderBytes)
            return ParseVerdict.Malformed;
        if (headerBytes > payload.Length)
            return ParseVerdict.Truncated;
        view = new TcpView(payload);
        return ParseVerdict.Ok;
    }
}
