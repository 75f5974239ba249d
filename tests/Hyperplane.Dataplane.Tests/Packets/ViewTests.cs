using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Packets;

public sealed class ViewTests
{
    private static byte[] Packet(Action<byte[]>? change = null, Frame? frame = null, bool fixChecksum = true)
    {
        byte[] packet = (frame ?? new Frame("10.0.0.1", 1_111, "10.0.0.2", 80)).Bytes()[14..];
        change?.Invoke(packet);
        if (fixChecksum && change is not null && packet.Length >= 20)
        {
            packet[10] = packet[11] = 0;
            int headerBytes = Math.Clamp((packet[0] & 15) * 4, 20, packet.Length);
            System.Runtime.InteropServices.MemoryMarshal.Write(
                packet.AsSpan(10), InternetChecksum.Of(packet.AsSpan(0, headerBytes)));
        }
        return packet;
    }

    [Fact]
    public void Any_bytes_give_a_verdict_and_never_an_exception() => Prop.ForAll<byte[]>(bytes =>
    {
        if (EthernetView.TryRead(bytes, out EthernetView ethernet) == ParseVerdict.Ok)
            _ = ethernet.Payload.Length + ethernet.EtherType;
        if (Ipv4View.TryRead(bytes, out Ipv4View ip) == ParseVerdict.Ok)
            _ = ip.Payload.Length;
        if (TcpView.TryRead(bytes, out TcpView tcp) == ParseVerdict.Ok)
            _ = tcp.SequenceEnd + tcp.Acknowledgement;
        if (UdpView.TryRead(bytes, out UdpView udp) == ParseVerdict.Ok)
            _ = udp.LengthBytes;
        if (EthernetView.TryRead(bytes, out ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView any) != ParseVerdict.Ok)
            return;
        _ = any.Payload.Length;
        if (IcmpView.TryRead(any, out IcmpView icmp) == ParseVerdict.Ok
            && EmbeddedView.TryRead(icmp.Embedded, any.IsIpv4, out EmbeddedView embedded))
            _ = embedded.OppositeKey;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_whole_header_is_read()
    {
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(Packet(), out Ipv4View ip));
        Assert.Equal((20, 40, 64, 6), (ip.HeaderBytes, ip.TotalBytes, ip.TimeToLive, ip.Protocol));
        Assert.False(ip.IsFragment);
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(ip.Payload, out TcpView tcp));
        Assert.Equal(TcpFlags.Ack, tcp.Flags);
        Assert.Equal((1_000u, 2_000u, 1_000u), (tcp.Sequence, tcp.Acknowledgement, tcp.SequenceEnd));
    }

    [Fact]
    public void Padding_behind_the_total_length_is_not_payload()
    {
        byte[] packet = [.. Packet(), 9, 9, 9, 9, 9, 9];
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(packet, out Ipv4View ip));
        Assert.Equal(20, ip.Payload.Length);
    }

    [Fact]
    public void Options_belong_to_the_header()
    {
        byte[] packet = Packet(frame: new Frame("10.0.0.1", 1_111, "10.0.0.2", 80) { IpOptionBytes = 40 });
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(packet, out Ipv4View ip));
        Assert.Equal((60, 20), (ip.HeaderBytes, ip.Payload.Length));
    }

    [Theory]
    [InlineData(0, 0x65, ParseVerdict.Malformed)]
    [InlineData(0, 0x44, ParseVerdict.Malformed)]
    [InlineData(0, 0x4f, ParseVerdict.Malformed)]
    [InlineData(3, 19, ParseVerdict.Malformed)]
    [InlineData(3, 41, ParseVerdict.Truncated)]
    [InlineData(8, 64, ParseVerdict.Ok)]
    public void A_header_that_contradicts_itself_or_the_frame_is_refused(int offset, byte value, ParseVerdict expected)
    {
        byte[] packet = Packet(bytes => bytes[offset] = value);
        Assert.Equal(expected, Ipv4View.TryRead(packet, out _));
    }

    [Fact]
    public void A_changed_bit_anywhere_in_the_header_is_noticed()
    {
        for (int bit = 64; bit < 160; bit++)
        {
            byte[] packet = Packet(bytes => bytes[bit / 8] ^= (byte)(1 << (bit % 8)), fixChecksum: false);
            Assert.Equal(ParseVerdict.BadChecksum, Ipv4View.TryRead(packet, out _));
        }
    }

    [Theory]
    [InlineData(0x2000, true)]
    [InlineData(0x0001, true)]
    [InlineData(0x3fff, true)]
    [InlineData(0x4000, false)]
    [InlineData(0x8000, false)]
    public void Fragments_are_told_by_offset_or_more_fragments(int field, bool expected)
    {
        byte[] packet = Packet(bytes => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)field));
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(packet, out Ipv4View ip));
        Assert.Equal(expected, ip.IsFragment);
    }

    [Theory]
    [InlineData(19, 5, ParseVerdict.Truncated)]
    [InlineData(20, 5, ParseVerdict.Ok)]
    [InlineData(20, 4, ParseVerdict.Malformed)]
    [InlineData(20, 6, ParseVerdict.Truncated)]
    [InlineData(24, 6, ParseVerdict.Ok)]
    public void A_tcp_data_offset_must_lie_in_the_segment(int bytes, int words, ParseVerdict expected)
    {
        var segment = new byte[bytes];
        segment[12] = (byte)(words << 4);
        Assert.Equal(expected, TcpView.TryRead(segment, out _));
    }

    [Theory]
    [InlineData(7, 8, ParseVerdict.Truncated)]
    [InlineData(8, 8, ParseVerdict.Ok)]
    [InlineData(8, 7, ParseVerdict.Malformed)]
    [InlineData(8, 9, ParseVerdict.Truncated)]
    [InlineData(9, 8, ParseVerdict.Ok)]
    public void A_udp_length_must_lie_in_the_packet(int bytes, int length, ParseVerdict expected)
    {
        var datagram = new byte[bytes];
        if (bytes > 5)
            datagram[5] = (byte)length;
        Assert.Equal(expected, UdpView.TryRead(datagram, out _));
    }

    [Fact]
    public void Syn_and_fin_count_in_the_sequence_space()
    {
        byte[] segment = Packet(frame: new Frame("10.0.0.1", 1, "10.0.0.2", 2)
        {
            Flags = TcpFlags.Fin | TcpFlags.Ack,
            Sequence = uint.MaxValue - 1,
            Payload = new byte[5],
            TcpOptionBytes = 12,
        })[20..];
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(segment, out TcpView tcp));
        Assert.Equal(4u, tcp.SequenceEnd);
    }
}
