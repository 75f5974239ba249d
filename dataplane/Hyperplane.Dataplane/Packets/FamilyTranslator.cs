using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Turns a packet of one family into one of the other (RFC 7915), addresses and ports by a flow's
/// entry.</summary>
/// <remarks>In two steps, for the frame's start moves: <see cref="TryTranslate"/> and <see cref="TryTranslateError"/>
/// rewrite what stays and prepare the headers that go in front, <see cref="TryFinish"/> puts them there. IPv4 options
/// and IPv6 extension headers do not pass. What an IPv6 path may carry uncut leaves as an IPv4 packet that may be cut
/// only when it has no more than 1,260 bytes, as 1,280 bytes are what every IPv6 path carries. Single-threaded; nothing
/// allocates after construction.</remarks>
public sealed class FamilyTranslator
{
    /// <summary>The longest IPv4 packet that may be cut.</summary>
    public const int LongestCutBytes = LeastIpv6MtuBytes - HeaderDifference;

    /// <summary>How much longer an IPv6 header is.</summary>
    public const int HeaderDifference = Ipv6View.MinimumHeaderBytes - Ipv4View.MinimumHeaderBytes;

    private const int LeastIpv6MtuBytes = 1_280;
    private const int FragmentHeaderBytes = 8;
    private const byte FragmentHeader = 44;
    private const int IcmpChecksumOffset = 2;
    private const ushort MoreFragments = 0x2000;
    private const ushort MustNotBeCut = 0x4000;

    private readonly byte[] _headers = new byte[2 * (Ipv6View.MinimumHeaderBytes + FragmentHeaderBytes)];
    private int _headerBytes;
    private int _replacedBytes;
    private int _totalBytes;
    private NextHop _hop;

    /// <summary>How long a packet is in the other family.</summary>
    public static int LengthOf(in IpView ip) => ip.TotalBytes - ip.HeaderBytes + (!ip.IsIpv4
        ? Ipv4View.MinimumHeaderBytes
        : Ipv6View.MinimumHeaderBytes + (ip.IsFragment ? FragmentHeaderBytes : 0));

    /// <summary>Whether a packet, or its first piece, is a datagram without a checksum, which IPv6 does not
    /// allow.</summary>
    public static bool HasNoChecksum(in IpView ip) => ip.Protocol == (byte)IpProtocol.Udp
        && ip.FragmentOffsetBytes == 0 && MemoryMarshal.Read<ushort>(ip.Payload[UdpView.ChecksumOffset..]) == 0;

    /// <summary>Rewrites ports and checksum, and prepares the other family's header.</summary>
    /// <param name="frame">A frame whose headers were read and found whole, its TTL above 1.</param>
    /// <param name="ip">Its header.</param>
    /// <param name="entry">The translation, to the other family.</param>
    /// <param name="hop">A resolved next hop.</param>
    /// <returns>False for what cannot be: a fragment of a datagram without a checksum.</returns>
    public bool TryTranslate(Span<byte> frame, in IpView ip, in FlowEntry entry, in NextHop hop)
    {
        Span<byte> packet = frame.Slice(EthernetView.HeaderBytes, ip.TotalBytes);
        Span<byte> transport = packet[ip.HeaderBytes..];
        ushort identification = 0;
        if (ip.FragmentOffsetBytes == 0
            && !TryRewriteTransport(transport, ip.Protocol, !ip.IsFragment, entry, out identification))
            return false;
        _hop = hop;
        _totalBytes = frame.Length - EthernetView.HeaderBytes;
        _headerBytes = WriteHeader(
            _headers, packet, ip.HeaderBytes, ip.IsIpv4, ip.Protocol, transport.Length, entry.Source,
            entry.Destination, (byte)(ip.TimeToLive - 1), identification);
        _replacedBytes = ip.HeaderBytes;
        return true;
    }

    /// <summary>Rewrites an error about a packet of the flow; prepares its headers and those of the packet
    /// inside.</summary>
    /// <param name="frame">As for <see cref="TryTranslate"/>, its ICMP checksum right.</param>
    /// <param name="ip">Its outer header.</param>
    /// <param name="embedded">The packet inside.</param>
    /// <param name="entry">The translation of frames that come from where the error came from.</param>
    /// <param name="hop">A resolved next hop.</param>
    /// <returns>False for errors that mean nothing in the other family.</returns>
    public bool TryTranslateError(
        Span<byte> frame, in IpView ip, in EmbeddedView embedded, in FlowEntry entry, in NextHop hop)
    {
        Span<byte> packet = frame.Slice(EthernetView.HeaderBytes, ip.TotalBytes);
        Span<byte> message = packet[ip.HeaderBytes..];
        int outerBytes = IpHeader.Bytes(!ip.IsIpv4);
        Span<byte> icmp = _headers.AsSpan(outerBytes, IcmpView.HeaderBytes);
        if (ip.IsFragment || !IcmpTranslation.TryTranslate(message, ip.IsIpv4, icmp))
            return false;
        Span<byte> quoted = message[IcmpView.HeaderBytes..];
        Span<byte> rest = quoted[embedded.HeaderBytes..];
        int quotedTransportBytes = TransportBytes(quoted, embedded.HeaderBytes, ip.IsIpv4);
        byte hopLimit = quoted[ip.IsIpv4 ? 8 : 7];
        IcmpErrorRewriter.WritePorts(
            rest, embedded.Protocol, embedded.Source.Words + embedded.Destination.Words,
            entry.Source.Words + entry.Destination.Words, entry);
        int innerBytes = WriteHeader(
            _headers.AsSpan(outerBytes + IcmpView.HeaderBytes), quoted, embedded.HeaderBytes, ip.IsIpv4,
            embedded.Protocol, quotedTransportBytes, entry.Destination, entry.Source, hopLimit, 0);
        _hop = hop;
        int keptBytes = ip.IsIpv4
            ? Math.Min(rest.Length, LeastIpv6MtuBytes - outerBytes - IcmpView.HeaderBytes - innerBytes)
            : rest.Length;
        _replacedBytes = ip.HeaderBytes + IcmpView.HeaderBytes + embedded.HeaderBytes;
        _headerBytes = outerBytes + IcmpView.HeaderBytes + innerBytes;
        _totalBytes = _replacedBytes + keptBytes;
        byte protocol = ip.IsIpv4 ? IcmpView.ProtocolV6 : IcmpView.Protocol;
        int messageBytes = _headerBytes - outerBytes + keptBytes;
        WriteHeader(
            _headers, packet, ip.HeaderBytes, ip.IsIpv4, protocol, messageBytes, entry.Source, entry.Destination,
            (byte)(ip.TimeToLive - 1), 0);
        ulong sum = InternetChecksum.Sum(_headers.AsSpan(outerBytes, _headerBytes - outerBytes))
            + InternetChecksum.Sum(rest[..keptBytes]);
        if (ip.IsIpv4)
            sum += InternetChecksum.PseudoSum(entry.Source, entry.Destination, protocol, messageBytes);
        MemoryMarshal.Write(icmp[IcmpChecksumOffset..], (ushort)~InternetChecksum.Fold(sum));
        return true;
    }

    /// <summary>Puts the prepared headers in front of the frame that was rewritten last.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryFinish(IFrameIo io, ref FrameSlot frame)
    {
        int growth = _headerBytes - _replacedBytes;
        if (growth > 0 && !io.TryGrow(ref frame, growth))
            return false;
        int lengthBytes = EthernetView.HeaderBytes + _totalBytes + growth;
        frame = growth > 0
            ? frame with { LengthBytes = lengthBytes }
            : new FrameSlot(frame.Offset - growth, lengthBytes);
        Span<byte> bytes = io.Bytes(frame);
        WriteFront(bytes);
        return true;
    }

    /// <summary>The frame that <see cref="TryFinish"/> would make, of the one that was rewritten last.</summary>
    public byte[] Finished(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> rest = frame[(EthernetView.HeaderBytes + _replacedBytes)..];
        byte[] finished =
            [.. new byte[EthernetView.HeaderBytes + _headerBytes], .. rest[..(_totalBytes - _replacedBytes)]];
        WriteFront(finished);
        return finished;
    }

    private void WriteFront(Span<byte> frame)
    {
        FrameRewriter.WriteEthernet(frame, _hop);
        bool isIpv4 = _headers[0] >> 4 == 4;
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], isIpv4 ? EthernetView.Ipv4 : EthernetView.Ipv6);
        _headers.AsSpan(0, _headerBytes).CopyTo(frame[EthernetView.HeaderBytes..]);
    }

    /// <param name="transport">Behind the IP header.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="isWhole">Not the first fragment of a packet.</param>
    /// <param name="entry">The translation.</param>
    /// <param name="identification">The checksum as it leaves: a number that hardly repeats.</param>
    private static bool TryRewriteTransport(
        Span<byte> transport, byte protocol, bool isWhole, in FlowEntry entry, out ushort identification)
    {
        bool isUdp = protocol == (byte)IpProtocol.Udp;
        Span<byte> field = transport[(isUdp ? UdpView.ChecksumOffset : TcpView.ChecksumOffset)..];
        identification = MemoryMarshal.Read<ushort>(field);
        bool mustMake = isUdp && identification == 0 && !entry.Source.IsIpv4;
        if (mustMake && !isWhole)
            return false;
        MemoryMarshal.Write(transport, entry.SourcePortBe);
        MemoryMarshal.Write(transport[2..], entry.DestinationPortBe);
        if (mustMake)
        {
            int bytes = BinaryPrimitives.ReadUInt16BigEndian(transport[4..]);
            identification = InternetChecksum.OfTransport(
                entry.Source, entry.Destination, protocol, transport[..bytes]);
        }
        else if (!isUdp || identification != 0)
        {
            identification = InternetChecksum.Update(identification, entry.L4ChecksumDelta);
            identification = isUdp && identification == 0 ? (ushort)0xffff : identification;
        }
        MemoryMarshal.Write(field, identification);
        return true;
    }

    /// <summary>Writes the header of the other family for a packet; its length.</summary>
    private static int WriteHeader(
        Span<byte> header, ReadOnlySpan<byte> packet, int headerBytes, bool fromIpv4, byte protocol,
        int transportBytes, in PacketAddress source, in PacketAddress destination, byte hopLimit,
        ushort identification) => fromIpv4
        ? WriteIpv6(header, packet, protocol, transportBytes, source, destination, hopLimit)
        : WriteIpv4(
            header, packet, headerBytes, protocol, transportBytes, source, destination, hopLimit, identification);

    private static int WriteIpv6(
        Span<byte> header, ReadOnlySpan<byte> packet, byte protocol, int transportBytes, in PacketAddress source,
        in PacketAddress destination, byte hopLimit)
    {
        int place = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        bool isFragment = (place & 0x3fff) != 0 && packet[9] != IcmpView.Protocol;
        int extensionBytes = isFragment ? FragmentHeaderBytes : 0;
        header = header[..(Ipv6View.MinimumHeaderBytes + extensionBytes)];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)(0x6000 | (packet[1] << 4)));
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(transportBytes + extensionBytes));
        header[6] = isFragment ? FragmentHeader : protocol;
        header[7] = hopLimit;
        MemoryMarshal.Write(header[8..], source);
        MemoryMarshal.Write(header[24..], destination);
        if (!isFragment)
            return header.Length;
        Span<byte> fragment = header[Ipv6View.MinimumHeaderBytes..];
        fragment[0] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(
            fragment[2..], (ushort)(((place & 0x1fff) << 3) | ((place & MoreFragments) != 0 ? 1 : 0)));
        packet.Slice(4, 2).CopyTo(fragment[6..]);
        return header.Length;
    }

    private static int WriteIpv4(
        Span<byte> header, ReadOnlySpan<byte> packet, int headerBytes, byte protocol, int transportBytes,
        in PacketAddress source, in PacketAddress destination, byte hopLimit, ushort identification)
    {
        header = header[..Ipv4View.MinimumHeaderBytes];
        header.Clear();
        int totalBytes = header.Length + transportBytes;
        header[0] = 0x45;
        header[1] = (byte)(BinaryPrimitives.ReadUInt16BigEndian(packet) >> 4);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)totalBytes);
        ushort place = totalBytes > LongestCutBytes ? MustNotBeCut : (ushort)0;
        if (Ipv6View.TryReadQuoted(packet, out Ipv6View ip) == ParseVerdict.Ok && ip.IsFragment)
        {
            place = (ushort)(ip.FragmentOffsetBytes / 8 | (ip.HasMoreFragments ? MoreFragments : 0));
            identification = (ushort)(ip.IdentificationBe >> 16);
        }
        MemoryMarshal.Write(header[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], place);
        header[8] = hopLimit;
        header[9] = protocol;
        MemoryMarshal.Write(header[12..], source.Ipv4Be);
        MemoryMarshal.Write(header[16..], destination.Ipv4Be);
        MemoryMarshal.Write(header[10..], InternetChecksum.Of(header));
        return header.Length;
    }

    /// <summary>How much a quoted packet carried behind its headers, by its own word.</summary>
    private static int TransportBytes(ReadOnlySpan<byte> quoted, int headerBytes, bool isIpv4)
    {
        int totalBytes = isIpv4
            ? BinaryPrimitives.ReadUInt16BigEndian(quoted[2..])
            : Ipv6View.MinimumHeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(quoted[4..]);
        return Math.Clamp(totalBytes - headerBytes, 0, ushort.MaxValue - Ipv6View.MinimumHeaderBytes);
    }
}
