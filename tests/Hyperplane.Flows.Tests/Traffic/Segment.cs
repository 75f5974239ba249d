using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A TCP segment or UDP datagram with at most one word of payload, and its layout as an Ethernet
/// frame.</summary>
internal readonly record struct Segment(
    FlowKey Key, TcpFlags Flags, uint Sequence, uint Acknowledgement, ulong Word, bool HasWord)
{
    public const int WordBytes = 8;

    private const byte Udp = 17;

    /// <summary>What a proxy protocol header names that the segment carries in place of a word; the default for
    /// none.</summary>
    public FlowKey Named { get; init; }

    public bool IsUdp => Key.Protocol == Udp;

    public uint Octets => (HasWord ? WordBytes : 0u) + HeaderOctets
        + (Has(TcpFlags.Syn) || Has(TcpFlags.Fin) ? 1u : 0u);

    private uint HeaderOctets => Named == default ? 0 : (uint)ProxyHeader.BytesOf(Named);

    public FlowKey Back => new(
        Key.Destination, Key.Source, Key.DestinationPortBe, Key.SourcePortBe, Key.Protocol);

    public bool Has(TcpFlags flag) => (Flags & flag) != TcpFlags.None;

    public byte[] ToFrame(ulong destinationMac, ulong sourceMac)
    {
        int headerBytes = IsUdp ? UdpView.HeaderBytes : TcpView.MinimumHeaderBytes;
        int transportBytes = headerBytes + (HasWord ? WordBytes : 0);
        var frame = new byte[EthernetView.HeaderBytes + IpHeader.Bytes(Key.IsIpv4) + transportBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, destinationMac | (sourceMac << 48));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), (uint)(sourceMac >> 16));
        WriteTransport(
            IpHeader.Write(frame, Key.Source, Key.Destination, (byte)Key.Protocol, hopLimit: 64), headerBytes);
        return frame;
    }

    /// <summary>Takes a frame out of a tunnel to a target.</summary>
    /// <param name="frame">As a node sends it; without its tunnel afterwards.</param>
    /// <param name="end">The target's address.</param>
    public static bool TryUnwrap(ref byte[] frame, out PacketAddress end)
    {
        ExpectOk(EthernetView.TryRead(frame, out EthernetView ethernet));
        ExpectOk(IpView.TryRead(ethernet, out IpView ip));
        end = ip.Destination;
        if (ip.Protocol != Udp || BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[2..]) != GueHeader.Port)
            return false;
        ReadOnlySpan<byte> packet = ip.Payload[(UdpView.HeaderBytes + sizeof(uint))..];
        ushort etherType = packet[0] >> 4 == 4 ? EthernetView.Ipv4 : EthernetView.Ipv6;
        frame = [.. frame[..12], (byte)(etherType >> 8), (byte)etherType, .. packet];
        return true;
    }

    /// <summary>Reads a frame; its checksums must be right.</summary>
    public static Segment Read(ReadOnlySpan<byte> frame)
    {
        ExpectOk(EthernetView.TryRead(frame, out EthernetView ethernet));
        ExpectOk(IpView.TryRead(ethernet, out IpView ip));
        ReadOnlySpan<byte> transport = ip.Payload;
        bool isUdp = ip.Protocol == Udp;
        int field = isUdp ? UdpView.ChecksumOffset : TcpView.ChecksumOffset;
        ushort checksum = InternetChecksum.OfTransport(ip.Source, ip.Destination, ip.Protocol, transport);
        if (checksum != MemoryMarshal.Read<ushort>(transport[field..]))
            Assert.Fail($"a wrong checksum: {Convert.ToHexString(frame)}");
        var key = new FlowKey(
            ip.Source, ip.Destination, MemoryMarshal.Read<ushort>(transport),
            MemoryMarshal.Read<ushort>(transport[2..]), ip.Protocol);
        ReadOnlySpan<byte> payload = transport[(isUdp ? UdpView.HeaderBytes : transport[12] >> 4 << 2)..];
        FlowKey named = payload.StartsWith("\r\n\r\n"u8) ? ReadHeader(payload) : default;
        bool hasWord = payload.Length >= WordBytes && named == default;
        ulong word = hasWord ? BinaryPrimitives.ReadUInt64BigEndian(payload) : 0;
        if (isUdp)
            return new Segment(key, TcpFlags.None, 0, 0, word, hasWord);
        ExpectOk(TcpView.TryRead(transport, out TcpView tcp));
        return new Segment(key, tcp.Flags, tcp.Sequence, tcp.Acknowledgement, word, hasWord) { Named = named };
    }

    private static FlowKey ReadHeader(ReadOnlySpan<byte> header)
    {
        bool isIpv4 = header.Length == ProxyHeader.Ipv4Bytes;
        Assert.Equal(isIpv4 ? ProxyHeader.Ipv4Bytes : ProxyHeader.Ipv6Bytes, header.Length);
        Assert.Equal(
            $"0D0A0D0A000D0A515549540A21{(isIpv4 ? "11000C" : "210024")}", Convert.ToHexString(header[..16]));
        ReadOnlySpan<byte> ports = header[^4..];
        (PacketAddress client, PacketAddress vip) = isIpv4
            ? (new PacketAddress(MemoryMarshal.Read<uint>(header[16..])),
                new PacketAddress(MemoryMarshal.Read<uint>(header[20..])))
            : (MemoryMarshal.Read<PacketAddress>(header[16..]), MemoryMarshal.Read<PacketAddress>(header[32..]));
        return new FlowKey(client, vip, MemoryMarshal.Read<ushort>(ports), MemoryMarshal.Read<ushort>(ports[2..]), 6);
    }

    private void WriteTransport(Span<byte> transport, int headerBytes)
    {
        MemoryMarshal.Write(transport, Key.SourcePortBe);
        MemoryMarshal.Write(transport[2..], Key.DestinationPortBe);
        if (HasWord)
            BinaryPrimitives.WriteUInt64BigEndian(transport[headerBytes..], Word);
        if (IsUdp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)transport.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(transport[4..], Sequence);
            BinaryPrimitives.WriteUInt32BigEndian(transport[8..], Acknowledgement);
            transport[12] = TcpView.MinimumHeaderBytes / 4 << 4;
            transport[13] = (byte)Flags;
        }
        int field = IsUdp ? UdpView.ChecksumOffset : TcpView.ChecksumOffset;
        MemoryMarshal.Write(
            transport[field..],
            InternetChecksum.OfTransport(Key.Source, Key.Destination, (byte)Key.Protocol, transport));
    }

    // Assert.Equal is too slow for every frame of every seed.
    private static void ExpectOk(ParseVerdict verdict)
    {
        if (verdict != ParseVerdict.Ok)
            Assert.Fail($"a frame that cannot be read: {verdict}");
    }
}
