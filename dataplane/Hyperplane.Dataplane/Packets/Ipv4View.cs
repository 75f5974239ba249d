using System.Runtime.InteropServices;
using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Packets;

/// <summary>An IPv4 header (RFC 791) with options, its checksum verified.</summary>
/// <remarks>Members ending in Be keep the byte order of the wire, as the flow keys do.</remarks>
public readonly ref struct Ipv4View
{
    /// <summary>Length of a header without options.</summary>
    public const int MinimumHeaderBytes = 20;

    private const int MoreFragmentsAndOffset = 0x3fff;
    private const int FragmentOffset = 0x1fff;

    private readonly ReadOnlySpan<byte> _packet;

    private Ipv4View(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>Length of the header with its options, 20 to 60.</summary>
    public int HeaderBytes => (_packet[0] & 0x0f) * 4;

    /// <summary>Length of header and payload, as the header says.</summary>
    public int TotalBytes => _packet.Length;

    /// <summary>Hops left on arrival.</summary>
    public byte TimeToLive => _packet[8];

    /// <summary>IANA protocol number of the payload.</summary>
    public byte Protocol => _packet[9];

    /// <summary>Source address, network order.</summary>
    public uint SourceBe => MemoryMarshal.Read<uint>(_packet[12..]);

    /// <summary>Destination address, network order.</summary>
    public uint DestinationBe => MemoryMarshal.Read<uint>(_packet[16..]);

    /// <summary>True for every fragment, the first one included.</summary>
    public bool IsFragment => (BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]) & MoreFragmentsAndOffset) != 0;

    /// <summary>The sender wants no fragments.</summary>
    public bool MustNotBeCut => (_packet[6] & 0x40) != 0;

    /// <summary>Names the packet that fragments belong to, with addresses and protocol; network order.</summary>
    public ushort IdentificationBe => MemoryMarshal.Read<ushort>(_packet[4..]);

    /// <summary>Where in its packet a fragment's payload begins; 0 for the first one and for whole packets.</summary>
    public int FragmentOffsetBytes => (BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]) & FragmentOffset) * 8;

    /// <summary>What the header carries, without link-layer padding.</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderBytes..];

    /// <summary>Reads the header at the start of <paramref name="bytes"/>; bytes behind the total length are
    /// padding.</summary>
    public static ParseVerdict TryRead(ReadOnlySpan<byte> bytes, out Ipv4View view)
    {
        view = default;
        if (bytes.Length < MinimumHeaderBytes)
            return ParseVerdict.Truncated;
        int headerBytes = (bytes[0] & 0x0f) * 4;
        if (bytes[0] >> 4 != 4 || headerBytes < MinimumHeaderBytes)
            return ParseVerdict.Malformed;
        int totalBytes = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (totalBytes < headerBytes)
            return ParseVerdict.Malformed;
        if (totalBytes > bytes.Length)
            return ParseVerdict.Truncated;
        if (InternetChecksum.Fold(InternetChecksum.Sum(bytes[..headerBytes])) != 0xffff)
            return ParseVerdict.BadChecksum;
        view = new Ipv4View(bytes[..totalBytes]);
        return ParseVerdict.Ok;
    }
}
