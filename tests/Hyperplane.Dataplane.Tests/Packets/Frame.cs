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

    /// <summary>IPv6: of a header of destination options, rounded up.</summary>
    public int IpOptionBytes { get; init; }

    public int TcpOptionBytes { get; init; }

    /// <summary>In place of so many that do nothing; their length a multiple of 4.</summary>
    public byte[] TcpOptions { get; init; } = [];

    public ushort Window { get; init; }

    public bool UdpChecksum { get; init; } = true;

    public int PaddingBytes { get; init; }

    public byte[] Bytes()
    {
        byte[] transport = Protocol switch { 6 => Tcp(), 17 => Udp(), _ => Payload };
        (PacketAddress source, PacketAddress destination) = (Address(Source), Address(Destination));
        if (Protocol == 6 || (Protocol == 17 && UdpChecksum))
        {
            ushort checksum = InternetChecksum.OfTransport(source, destination, Protocol, transport);
            MemoryMarshal.Write(transport.AsSpan(Protocol == 6 ? 16 : 6), checksum);
        }
        if (!source.IsIpv4)
            return Ipv6(source, destination, transport);
        int headerBytes = 20 + IpOptionBytes;
        var frame = new byte[14 + headerBytes + transport.Length + PaddingBytes];
        new byte[] { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 }.CopyTo(frame, 0);
        Span<byte> ip = frame.AsSpan(14, headerBytes);
        ip[0] = (byte)(0x40 | (headerBytes / 4));
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(headerBytes + transport.Length));
        ip[8] = TimeToLive;
        ip[9] = Protocol;
        MemoryMarshal.Write(ip[12..], source.Ipv4Be);
        MemoryMarshal.Write(ip[16..], destination.Ipv4Be);
        ip[20..].Fill(1);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip));
        transport.CopyTo(frame, 14 + headerBytes);
        return frame;
    }

    private byte[] Ipv6(PacketAddress source, PacketAddress destination, byte[] transport)
    {
        int optionBytes = (IpOptionBytes + 7) / 8 * 8;
        var frame = new byte[14 + 40 + optionBytes + transport.Length + PaddingBytes];
        new byte[] { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd }.CopyTo(frame, 0);
        Span<byte> ip = frame.AsSpan(14);
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(optionBytes + transport.Length));
        ip[6] = optionBytes > 0 ? (byte)60 : Protocol;
        ip[7] = TimeToLive;
        MemoryMarshal.Write(ip[8..], source);
        MemoryMarshal.Write(ip[24..], destination);
        if (optionBytes > 0)
            (ip[40], ip[41], ip[42], ip[43]) = (Protocol, (byte)((optionBytes / 8) - 1), 1, (byte)(optionBytes - 4));
        transport.CopyTo(ip[(40 + optionBytes)..]);
        return frame;
    }

    public static PacketAddress Address(string text) => PacketAddress.Of(IPAddress.Parse(text));

    /// <summary>The key it has.</summary>
    public FlowKey Key() => KeyOf(Bytes());

    /// <summary>Reads addresses and ports back from a frame.</summary>
    public static FlowKey KeyOf(ReadOnlySpan<byte> frame)
    {
        IpView ip = Read(frame);
        return new FlowKey(
            ip.Source, ip.Destination,
            MemoryMarshal.Read<ushort>(ip.Payload), MemoryMarshal.Read<ushort>(ip.Payload[2..]), ip.Protocol);
    }

    public static FlowKey Key(string source, ushort sourcePort, string destination, ushort port, byte protocol = 6) =>
        KeyOf(new Frame(source, sourcePort, destination, port) { Protocol = protocol, Payload = new byte[8] }.Bytes());

    /// <summary>Fails when a checksum differs from one computed afresh.</summary>
    public static void ExpectRightChecksums(ReadOnlySpan<byte> frame)
    {
        IpView ip = Read(frame);
        if (ip.IsIpv4)
        {
            byte[] header = frame.Slice(14, ip.HeaderBytes).ToArray();
            ushort inHeader = MemoryMarshal.Read<ushort>(header.AsSpan(10));
            header[10] = header[11] = 0;
            Assert.Equal(InternetChecksum.Of(header), inHeader);
        }
        ushort inTransport = MemoryMarshal.Read<ushort>(ip.Payload[(ip.Protocol == 6 ? 16 : 6)..]);
        if (ip.Protocol == 17 && inTransport == 0)
            return;
        int length = ip.Protocol == 17 ? BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[4..]) : ip.Payload.Length;
        ushort expected = InternetChecksum.OfTransport(ip.Source, ip.Destination, ip.Protocol, ip.Payload[..length]);
        Assert.Equal(expected, inTransport);
    }

    /// <summary>The header of a frame that has a right one.</summary>
    public static IpView Read(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(ParseVerdict.Ok, EthernetView.TryRead(frame, out EthernetView ethernet));
        Assert.Equal(ParseVerdict.Ok, IpView.TryRead(ethernet, out IpView ip));
        return ip;
    }

    private byte[] Tcp()
    {
        int optionBytes = TcpOptionBytes + TcpOptions.Length;
        var segment = new byte[20 + optionBytes + Payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), Acknowledgement);
        segment[12] = (byte)((20 + optionBytes) / 4 << 4);
        segment[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), Window);
        segment.AsSpan(20, TcpOptionBytes).Fill(1);
        TcpOptions.CopyTo(segment, 20 + TcpOptionBytes);
        Payload.CopyTo(segment, 20 + optionBytes);
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
