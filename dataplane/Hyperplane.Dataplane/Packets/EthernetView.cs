using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Packets;

/// <summary>An Ethernet II header (IEEE 802.3), 14 bytes.</summary>
public readonly ref struct EthernetView
{
    /// <summary>Length of the header.</summary>
    public const int HeaderBytes = 14;

    /// <summary>EtherType of IPv4.</summary>
    public const ushort Ipv4 = 0x0800;

    /// <summary>EtherType of IPv6.</summary>
    public const ushort Ipv6 = 0x86dd;

    private readonly ReadOnlySpan<byte> _frame;

    private EthernetView(ReadOnlySpan<byte> frame) => _frame = frame;

    /// <summary>What the payload is; a VLAN tag shows as 0x8100.</summary>
    public ushort EtherType => BinaryPrimitives.ReadUInt16BigEndian(_frame[12..]);

    /// <summary>Who shall have it: 6 bytes in wire order in the low 48 bits of a little-endian word.</summary>
    public ulong DestinationMac => Mac(0);

    /// <summary>Who sent it, as <see cref="DestinationMac"/>.</summary>
    public ulong SourceMac => Mac(6);

    /// <summary>Everything behind the header, padding included.</summary>
    public ReadOnlySpan<byte> Payload => _frame[HeaderBytes..];

    private ulong Mac(int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(_frame[offset..])
        | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(_frame[(offset + 4)..]) << 32);

    /// <summary>Reads the header of a frame.</summary>
    public static ParseVerdict TryRead(ReadOnlySpan<byte> frame, out EthernetView view)
    {
        view = default;
        if (frame.Length < HeaderBytes)
            return ParseVerdict.Truncated;
        view = new EthernetView(frame);
        return ParseVerdict.Ok;
    }
}
