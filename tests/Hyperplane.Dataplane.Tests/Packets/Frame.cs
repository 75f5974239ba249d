using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Packets;

/// <summary>Describes an Ethernet frame and lays it out, checksums included.</summary>
internal sealed record Frame(string Source, ushort SourcePort, string Destination, ushort DestinationPort)
{
    public byte Protocol { get; init; } = 6;

    public TcpFlags Flags { get; init; } = TcpFlags.Ack;

    public uint Sequence { get; init; } = 1_000;

    public uint Acknowledgement { get; init; } = 2_000;

    public byte[] Payload { get; init; } = [];

    public byte TimeToLive { get; init; } = 64;

    public int IpOptionBytes { get; init; }

    public int TcpOptionBytes { get; init; }

    public bool UdpChecksum { get; init; } = true;

    public int PaddingBytes { get; init; }

    public byte[] Bytes()
    {
        byte[] transport = Protocol switch { 6 => Tcp(), 17 => Udp(), _ => Payload };
        int headerBytes = 20 + IpOptionBytes;
        var frame = new byte[14 + headerBytes + transport.Length + PaddingBytes];
        new byte[] { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 }.CopyTo(frame, 0);
        Span<byte> ip = frame.AsSpan(14, headerBytes);
        ip[0] = (byte)(0x40 | (headerBytes / 4));
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(headerBytes + transport.Length));
        ip[8] = TimeToLive;
        ip[9] = Protocol;
        uint sourceBe = AddressBytes.Be(IPAddress.Parse(Source));
        uint destinationBe = AddressBytes.Be(IPAddress.Parse(Destination));
        MemoryMarshal.Write(ip[12..], sourceBe);
        MemoryMarshal.Write(ip[16..], destinationBe);
        ip[20..].Fill(1);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip));
        if (Protocol == 6 || (Protocol == 17 && UdpChecksum))
        {
            ushort checksum = InternetChecksum.OfTransport(sourceBe, destinationBe, Protocol, transport);
            MemoryMarshal.Write(transport.AsSpan(Protocol == 6 ? 16 : 6), checksum);
        }
        transport.CopyTo(frame, 14 + headerBytes);
        return frame;
    }

    /// <summary>Reads addresses and ports back from a frame.</summary>
    public static FlowKey4 KeyOf(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(frame[14..], out Ipv4View ip));
        return new FlowKey4(
            ip.SourceBe, ip.DestinationBe,
            MemoryMarshal.Read<ushort>(ip.Payload), MemoryMarshal.Read<ushort>(ip.Payload[2..]), ip.Protocol);
    }

    public static FlowKey4 Key(string source, ushort sourcePort, string destination, ushort port, byte protocol = 6) =>
        KeyOf(new Frame(source, sourcePort, destination, port) { Protocol = protocol, Payload = new byte[8] }.Bytes());

    /// <summary>Fails when a checksum differs from one computed afresh.</summary>
    public static void ExpectRightChecksums(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(frame[14..], out Ipv4View ip));
        byte[] header = frame.Slice(14, ip.HeaderBytes).ToArray();
        ushort inHeader = MemoryMarshal.Read<ushort>(header.AsSpan(10));
        header[10] = header[11] = 0;
        Assert.Equal(InternetChecksum.Of(header), inHeader);
        ushort inTransport = MemoryMarshal.Read<ushort>(ip.Payload[(ip.Protocol == 6 ? 16 : 6)..]);
        if (ip.Protocol == 17 && inTransport == 0)
            return;
        int length = ip.Protocol == 17 ? BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[4..]) : ip.Payload.Length;
        ushort expected =
            InternetChecksum.OfTransport(ip.SourceBe, ip.DestinationBe, ip.Protocol, ip.Payload[..length]);
        Assert.Equal(expected, inTransport);
    }

    private byte[] Tcp()
    {
        var segment = new byte[20 + TcpOptionBytes + Payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), Acknowledgement);
        segment[12] = (byte)((20 + TcpOptionBytes) / 4 << 4);
        segment[13] = (byte)Flags;
        segment.AsSpan(20, TcpOptionBytes).Fill(1);
        Payload.CopyTo(segment, 20 + TcpOptionBytes);
        return segment;
    }

    private byte[] Udp()
    {
        var datagram = new byte[8 + Payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        Payload.CopyTo(datagram, 8);
        return datagram;
    }
}
