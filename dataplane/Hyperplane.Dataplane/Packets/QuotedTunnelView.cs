using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>A packet that this node put into a tunnel, as the ICMP error quotes it that says that it was too long for
/// the path (RFC 1191, RFC 4443): the outer headers, and of what was inside as much as the error's sender
/// quoted.</summary>
/// <remarks>Read is only what <see cref="TunnelHeader"/> writes: outer headers without options or extensions.</remarks>
public readonly ref struct QuotedTunnelView
{
    private const byte DestinationUnreachable = 3;
    private const byte FragmentationNeeded = 4;
    private const byte PacketTooBig = 2;
    private const byte NoOptions = 0x45;
    private const int DontFragmentOnly = 0x4000;
    private const byte UdpProtocol = (byte)IpProtocol.Udp;
    private const byte GreProtocol = 47;
    private const byte Ipv4Follows = 4;
    private const byte Ipv6Follows = 41;
    private const byte VxlanHasId = 0x08;
    private const ushort GreHasKey = 0x2000;
    private const int GreKeyBytes = 4;
    private const int GueBytes = 4;
    private const int VxlanBytes = 8;

    private readonly ReadOnlySpan<byte> _quoted;
    private readonly bool _isIpv4;

    private QuotedTunnelView(ReadOnlySpan<byte> quoted, bool isIpv4, int mtuBytes)
    {
        _quoted = quoted;
        _isIpv4 = isIpv4;
        MtuBytes = mtuBytes;
    }

    /// <summary>The longest packet that the path carries, as the error says.</summary>
    public int MtuBytes { get; }

    /// <summary>Length of the packet that the error is about, outer headers included.</summary>
    public int PacketBytes => _isIpv4
        ? BinaryPrimitives.ReadUInt16BigEndian(_quoted[2..])
        : Ipv6View.MinimumHeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(_quoted[4..]);

    /// <summary>This end of the tunnel, as quoted.</summary>
    public PacketAddress Source => _isIpv4
        ? new PacketAddress(MemoryMarshal.Read<uint>(_quoted[12..]))
        : MemoryMarshal.Read<PacketAddress>(_quoted[8..]);

    /// <summary>The other end.</summary>
    public PacketAddress Destination => _isIpv4
        ? new PacketAddress(MemoryMarshal.Read<uint>(_quoted[16..]))
        : MemoryMarshal.Read<PacketAddress>(_quoted[24..]);

    private byte Protocol => _quoted[_isIpv4 ? 9 : 6];

    /// <summary>Reads an error; false when it is another one, or about what is in no tunnel.</summary>
    public static bool TryRead(in IcmpView icmp, bool isIpv4, out QuotedTunnelView view)
    {
        view = default;
        ReadOnlySpan<byte> quoted = icmp.Embedded;
        bool isTooBig = isIpv4
            ? icmp.Type == DestinationUnreachable && icmp.Code == FragmentationNeeded
            : icmp.Type == PacketTooBig;
        if (!isTooBig || quoted.Length < IpHeader.Bytes(isIpv4) + UdpView.HeaderBytes || !IsPlain(quoted, isIpv4))
            return false;
        int mtuBytes = isIpv4 ? (int)(icmp.Word & ushort.MaxValue) : (int)Math.Min(icmp.Word, ushort.MaxValue);
        view = new QuotedTunnelView(quoted, isIpv4, mtuBytes);
        return view.Protocol is Ipv4Follows or Ipv6Follows or GreProtocol or UdpProtocol;
    }

    /// <summary>Finds the packet inside; false when it is not quoted as far as its ports.</summary>
    /// <param name="headersBytes">What stands before it: all that the tunnel added.</param>
    /// <param name="isIpv4">Its family.</param>
    /// <param name="inner">Its headers.</param>
    public bool TryReadInner(out int headersBytes, out bool isIpv4, out EmbeddedView inner)
    {
        inner = default;
        headersBytes = IpHeader.Bytes(_isIpv4);
        bool isKnown = Protocol switch
        {
            GreProtocol => TryReadGre(ref headersBytes, out isIpv4),
            UdpProtocol => TryReadUdp(ref headersBytes, out isIpv4),
            _ => IsIpv4Or6(Protocol, out isIpv4),
        };
        return isKnown && headersBytes < _quoted.Length
            && EmbeddedView.TryRead(_quoted[headersBytes..], isIpv4, out inner);
    }

    private static bool IsPlain(ReadOnlySpan<byte> quoted, bool isIpv4) => isIpv4
        ? quoted[0] == NoOptions && BinaryPrimitives.ReadUInt16BigEndian(quoted[6..]) == DontFragmentOnly
        : quoted[0] >> 4 == 6;

    private static bool IsIpv4Or6(int said, out bool isIpv4)
    {
        isIpv4 = said is Ipv4Follows or EthernetView.Ipv4;
        return isIpv4 || said is Ipv6Follows or EthernetView.Ipv6;
    }

    private bool TryReadGre(ref int headersBytes, out bool isIpv4)
    {
        ReadOnlySpan<byte> gre = _quoted[headersBytes..];
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(gre);
        headersBytes += sizeof(uint) + (flags == 0 ? 0 : GreKeyBytes);
        return IsIpv4Or6(BinaryPrimitives.ReadUInt16BigEndian(gre[2..]), out isIpv4) && flags is 0 or GreHasKey;
    }

    /// <summary>The first byte behind the UDP header tells GUE, whose version is 0, from VXLAN.</summary>
    private bool TryReadUdp(ref int headersBytes, out bool isIpv4)
    {
        isIpv4 = false;
        headersBytes += UdpView.HeaderBytes;
        ReadOnlySpan<byte> inside = _quoted[headersBytes..];
        if (inside.Length < GueBytes)
            return false;
        if (inside[0] == 0)
        {
            headersBytes += GueBytes;
            return IsIpv4Or6(inside[1], out isIpv4);
        }
        headersBytes += VxlanBytes + EthernetView.HeaderBytes;
        return inside[0] == VxlanHasId && inside.Length >= VxlanBytes + EthernetView.HeaderBytes
            && IsIpv4Or6(BinaryPrimitives.ReadUInt16BigEndian(inside[(VxlanBytes + 12)..]), out isIpv4);
    }
}
