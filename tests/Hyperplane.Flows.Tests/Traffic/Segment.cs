using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A TCP segment or UDP datagram with at most one word of payload, and its layout as an Ethernet
/// frame.</summary>
internal readonly record struct Segment(
    FlowKey4 Key, TcpFlags Flags, uint Sequence, uint Acknowledgement, ulong Word, bool HasWord)
{
    public const int WordBytes = 8;

    private const int TransportOffset = EthernetView.HeaderBytes + Ipv4View.MinimumHeaderBytes;
    private const byte Udp = 17;

    public bool IsUdp => Key.Protocol == Udp;

    public uint Octets => (HasWord ? WordBytes : 0u) + (Has(TcpFlags.Syn) || Has(TcpFlags.Fin) ? 1u : 0u);

    public FlowKey4 Back => new(
        Key.DestinationBe, Key.SourceBe, Key.DestinationPortBe, Key.SourcePortBe, Key.Protocol);

    public bool Has(TcpFlags flag) => (Flags & flag) != TcpFlags.None;

    public byte[] ToFrame(ulong destinationMac, ulong sourceMac)
    {
        int headerBytes = IsUdp ? UdpView.HeaderBytes : TcpView.MinimumHeaderBytes;
        int transportBytes = headerBytes + (HasWord ? WordBytes : 0);
        var frame = new byte[TransportOffset + transportBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, destinationMac | (sourceMac << 48));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), (uint)(sourceMac >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), EthernetView.Ipv4);
        Span<byte> ip = frame.AsSpan(EthernetView.HeaderBytes, Ipv4View.MinimumHeaderBytes);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Ipv4View.MinimumHeaderBytes + transportBytes));
        ip[8] = 64;
        ip[9] = (byte)Key.Protocol;
        MemoryMarshal.Write(ip[12..], Key.SourceBe);
        MemoryMarshal.Write(ip[16..], Key.DestinationBe);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip));
        WriteTransport(frame.AsSpan(TransportOffset), headerBytes);
        return frame;
    }

    /// <summary>Reads a frame; its checksums must be right.</summary>
    public static Segment Read(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(ParseVerdict.Ok, EthernetView.TryRead(frame, out EthernetView ethernet));
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip));
        ReadOnlySpan<byte> transport = ip.Payload;
        bool isUdp = ip.Protocol == Udp;
        int field = isUdp ? UdpView.ChecksumOffset : TcpView.ChecksumOffset;
        ushort checksum = InternetChecksum.OfTransport(ip.SourceBe, ip.DestinationBe, ip.Protocol, transport);
        if (checksum != MemoryMarshal.Read<ushort>(transport[field..]))
            Assert.Fail("a wrong checksum");
        var key = new FlowKey4(
            ip.SourceBe, ip.DestinationBe, MemoryMarshal.Read<ushort>(transport),
            MemoryMarshal.Read<ushort>(transport[2..]), ip.Protocol);
        ReadOnlySpan<byte> payload = transport[(isUdp ? UdpView.HeaderBytes : transport[12] >> 4 << 2)..];
        bool hasWord = payload.Length >= WordBytes;
        ulong word = hasWord ? BinaryPrimitives.ReadUInt64BigEndian(payload) : 0;
        if (isUdp)
            return new Segment(key, TcpFlags.None, 0, 0, word, hasWord);
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(transport, out TcpView tcp));
        return new Segment(key, tcp.Flags, tcp.Sequence, tcp.Acknowledgement, word, hasWord);
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
            InternetChecksum.OfTransport(Key.SourceBe, Key.DestinationBe, (byte)Key.Protocol, transport));
    }
}
