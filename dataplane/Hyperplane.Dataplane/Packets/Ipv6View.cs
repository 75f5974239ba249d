using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>An IPv6 header with the extension headers behind it (RFC 8200).</summary>
/// <remarks>Read as far as the payload: at most <see cref="MaximumExtensions"/> extension headers of the kinds that a
/// host may send through a middlebox (hop-by-hop options, destination options, a routing header that has been
/// followed, fragment, authentication). A fragment that says it is a whole packet (RFC 6946) is one.</remarks>
public readonly ref struct Ipv6View
{
    /// <summary>Length of the fixed header.</summary>
    public const int MinimumHeaderBytes = 40;

    /// <summary>More extension headers than any packet needs.</summary>
    public const int MaximumExtensions = 8;

    private const int FragmentHeaderBytes = 8;
    private const byte HopByHop = 0;
    private const byte Routing = 43;
    private const byte Fragment = 44;
    private const byte Authentication = 51;
    private const byte DestinationOptions = 60;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _fragmentAt;

    private Ipv6View(ReadOnlySpan<byte> packet, int headerBytes, byte protocol, int fragmentAt)
    {
        _packet = packet;
        HeaderBytes = headerBytes;
        Protocol = protocol;
        _fragmentAt = fragmentAt;
    }

    /// <summary>Length of all headers in front of the payload.</summary>
    public int HeaderBytes { get; }

    /// <summary>IANA protocol number of the payload; of a fragment that is not the first one, of what the packet's
    /// first one begins with behind its fragment header.</summary>
    public byte Protocol { get; }

    /// <summary>Length of headers and payload.</summary>
    public int TotalBytes => _packet.Length;

    /// <summary>Hops left on arrival.</summary>
    public byte HopLimit => _packet[7];

    /// <summary>Source address.</summary>
    public PacketAddress Source => MemoryMarshal.Read<PacketAddress>(_packet[8..]);

    /// <summary>Destination address.</summary>
    public PacketAddress Destination => MemoryMarshal.Read<PacketAddress>(_packet[24..]);

    /// <summary>Whether it is a piece of a packet, the first one included.</summary>
    public bool IsFragment => _fragmentAt != 0 && (PlaceAndFlag & ~0x6) != 0;

    /// <summary>Where in its packet a fragment's payload begins; 0 for the first one and for whole packets.</summary>
    public int FragmentOffsetBytes => _fragmentAt == 0 ? 0 : PlaceAndFlag & ~0x7;

    /// <summary>Whether pieces of its packet follow it.</summary>
    public bool HasMoreFragments => _fragmentAt != 0 && (PlaceAndFlag & 1) != 0;

    /// <summary>Names the packet that fragments belong to, with its addresses; network order.</summary>
    public uint IdentificationBe => _fragmentAt == 0 ? 0 : MemoryMarshal.Read<uint>(_packet[(_fragmentAt + 4)..]);

    /// <summary>What the headers carry, without link-layer padding.</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderBytes..];

    private int PlaceAndFlag => BinaryPrimitives.ReadUInt16BigEndian(_packet[(_fragmentAt + 2)..]);

    /// <summary>Reads the headers at the start of <paramref name="bytes"/>.</summary>
    public static ParseVerdict TryRead(ReadOnlySpan<byte> bytes, out Ipv6View view)
    {
        view = default;
        if (bytes.Length < MinimumHeaderBytes)
            return ParseVerdict.Truncated;
        int payloadBytes = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (bytes[0] >> 4 != 6 || payloadBytes == 0)
            return ParseVerdict.Malformed;
        if (MinimumHeaderBytes + payloadBytes > bytes.Length)
            return ParseVerdict.Truncated;
        ParseVerdict verdict = Walk(bytes[..(MinimumHeaderBytes + payloadBytes)], out view);
        return verdict == ParseVerdict.Ok && (view.Source.IsIpv4 || view.Destination.IsIpv4 || bytes[8] == 0xff)
            ? ParseVerdict.Malformed
            : verdict;
    }

    /// <summary>Reads the headers of a packet that may have been cut short behind them.</summary>
    internal static ParseVerdict TryReadQuoted(ReadOnlySpan<byte> bytes, out Ipv6View view)
    {
        view = default;
        if (bytes.Length < MinimumHeaderBytes)
            return ParseVerdict.Truncated;
        return bytes[0] >> 4 == 6 ? Walk(bytes, out view) : ParseVerdict.Malformed;
    }

    private static ParseVerdict Walk(ReadOnlySpan<byte> packet, out Ipv6View view)
    {
        view = default;
        byte protocol = packet[6];
        int at = MinimumHeaderBytes;
        int fragmentAt = 0;
        for (int count = 0; IsExtension(protocol); count++)
        {
            if (count == MaximumExtensions)
                return ParseVerdict.Malformed;
            if (packet.Length < at + FragmentHeaderBytes)
                return ParseVerdict.Truncated;
            int bytes = protocol switch
            {
                Fragment => FragmentHeaderBytes,
                Authentication => (packet[at + 1] + 2) * 4,
                _ => (packet[at + 1] + 1) * 8,
            };
            bool isDefect = (protocol == HopByHop && at != MinimumHeaderBytes)
                || (protocol == Routing && packet[at + 3] != 0) || (protocol == Fragment && fragmentAt != 0);
            if (isDefect)
                return ParseVerdict.Malformed;
            if (packet.Length < at + bytes)
                return ParseVerdict.Truncated;
            bool isLater = false;
            if (protocol == Fragment)
            {
                fragmentAt = at;
                isLater = (BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) & ~0x7) != 0;
            }
            protocol = packet[at];
            at += bytes;
            if (isLater)
                break;
        }
        view = new Ipv6View(packet, at, protocol, fragmentAt);
        return ParseVerdict.Ok;
    }

    private static bool IsExtension(byte protocol) =>
        protocol is HopByHop or Routing or Fragment or Authentication or DestinationOptions;
}
