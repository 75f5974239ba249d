using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class VerdictTests
{
    private readonly Bench _bench = new();

    private PacketCounter SendChanged(Frame frame, Action<byte[]> change, bool fixChecksum = true)
    {
        byte[] bytes = frame.Bytes();
        change(bytes);
        if (fixChecksum)
        {
            bytes[24] = bytes[25] = 0;
            MemoryMarshal.Write(bytes.AsSpan(24), InternetChecksum.Of(bytes.AsSpan(14, 20)));
        }
        byte[] before = [.. bytes];
        PacketCounter verdict = _bench.Send(bytes);
        if (verdict != PacketCounter.Forwarded)
            Assert.Equal(before, bytes);
        return verdict;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(53)]
    public void A_frame_shorter_than_its_headers_is_truncated(int length) =>
        Assert.Equal(PacketCounter.DropTruncated, _bench.Send(Bench.Syn(1).Bytes().AsSpan(0, length)));

    [Theory]
    [InlineData(0x88cc)]
    [InlineData(0x8100)]
    [InlineData(0x0806)]
    public void Other_ether_types_are_dropped(int type) => Assert.Equal(
        PacketCounter.DropNotIp,
        SendChanged(Bench.Syn(1), frame => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)type)));

    [Fact]
    public void Broken_headers_are_dropped_by_what_is_wrong()
    {
        Assert.Equal(PacketCounter.DropMalformed, SendChanged(Bench.Syn(1), frame => frame[14] = 0x65));
        Assert.Equal(PacketCounter.DropMalformed, SendChanged(Bench.Syn(1), frame => frame[14] = 0x44));
        Assert.Equal(PacketCounter.DropMalformed, SendChanged(Bench.Syn(1), frame => frame[17] = 19));
        Assert.Equal(PacketCounter.DropTruncated, SendChanged(Bench.Syn(1), frame => frame[17] = 41));
        Assert.Equal(PacketCounter.DropTruncated, SendChanged(Bench.Syn(1), frame => frame[17] = 39));
        Assert.Equal(PacketCounter.DropMalformed, SendChanged(Bench.Syn(1), frame => frame[46] = 0x40));
        Assert.Equal(PacketCounter.DropTruncated, SendChanged(Bench.Syn(1), frame => frame[46] = 0x60));
        Assert.Equal(PacketCounter.DropIpChecksum, SendChanged(Bench.Syn(1), frame => frame[24] ^= 1, false));
        Assert.Equal(PacketCounter.DropMalformed, SendChanged(Bench.Datagram(1), frame => frame[39] = 7));
        Assert.Equal(PacketCounter.DropTruncated, SendChanged(Bench.Datagram(1), frame => frame[39] = 9));
    }

    [Theory]
    [InlineData(0x2000)]
    [InlineData(0x00b9)]
    public void Fragments_are_dropped(int field) => Assert.Equal(
        PacketCounter.DropFragment,
        SendChanged(Bench.Syn(1), frame => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(20), (ushort)field)));

    [Theory]
    [InlineData(1, PacketCounter.DropIcmp)]
    [InlineData(47, PacketCounter.DropProtocol)]
    [InlineData(0, PacketCounter.DropProtocol)]
    [InlineData(132, PacketCounter.DropProtocol)]
    public void Other_protocols_are_dropped(byte protocol, PacketCounter expected) =>
        Assert.Equal(expected, _bench.Send(Bench.Datagram(1, new byte[8]) with { Protocol = protocol }));

    [Theory]
    [InlineData(0, PacketCounter.DropTtl)]
    [InlineData(1, PacketCounter.DropTtl)]
    [InlineData(2, PacketCounter.Forwarded)]
    public void A_frame_that_has_no_hop_left_is_dropped_and_makes_no_flow(byte ttl, PacketCounter expected)
    {
        Assert.Equal(expected, _bench.Send(Bench.Syn(1) with { TimeToLive = ttl }));
        Assert.Equal(expected == PacketCounter.Forwarded ? 1 : 0, _bench.Flows.Count(FlowPool.HalfOpen));
    }

    [Fact]
    public void Options_and_padding_do_not_keep_a_frame_from_its_target()
    {
        byte[] frame = (Bench.Syn(1) with { IpOptionBytes = 8, TcpOptionBytes = 20, PaddingBytes = 6 }).Bytes();
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(frame));
        Frame.ExpectRightChecksums(frame);
    }

    [Fact]
    public void A_destination_that_is_not_served_is_named()
    {
        Assert.Equal(PacketCounter.DropNoVip, _bench.Send(Bench.Syn(1) with { Destination = "198.51.100.99" }));
        Assert.Equal(PacketCounter.DropNoListener, _bench.Send(Bench.Syn(1) with { DestinationPort = 81 }));
        Assert.Equal(PacketCounter.DropNoListener, _bench.Send(Bench.Syn(1) with { Protocol = 17 }));
        Assert.Equal(PacketCounter.DropNoFlow, _bench.Send(Bench.Syn(1) with { Destination = Bench.Snat }));
    }

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData(Bench.Vip)]
    public void A_source_that_no_client_can_have_makes_no_flow(string source)
    {
        Assert.Equal(PacketCounter.DropMalformed, _bench.Send(Bench.Syn(1, source)));
        Assert.Equal(PacketCounter.DropMalformed, _bench.Send(Bench.Datagram(1) with { Source = source }));
    }

    [Fact]
    public void A_forwarded_frame_carries_the_next_hops_addresses_and_its_index()
    {
        byte[] frame = Bench.Syn(1).Bytes();
        Assert.Equal(PacketCounter.Forwarded, _bench.Pipeline.Process(frame, _bench.NowNs, out uint hop));
        Assert.Equal(1u, hop);
        Assert.Equal([1, 0, 0, 0, 0, 0x0a, 1, 0, 0, 0, 0, 0x0b, 8, 0], frame[..14]);
    }

    [Fact]
    public void While_the_next_hop_is_unknown_frames_drop_and_the_flow_waits_for_the_next_try()
    {
        _bench.Hops.Resolved[1] = false;
        var tcp = new Conversation(_bench, 40_000);
        Assert.Equal(PacketCounter.DropNextHopUnresolved, tcp.FromClient(TcpFlags.Syn));
        Assert.Equal(PacketCounter.DropNextHopUnresolved, tcp.FromClient(TcpFlags.Syn));
        Assert.Equal(1, _bench.Flows.Count(FlowPool.HalfOpen));
        _bench.Hops.Resolved[1] = true;
        tcp.Handshake();
        Assert.Equal(1ul, _bench.Listener(Bench.TcpListener).NewFlows);
        _bench.Hops.Resolved[1] = false;
        Assert.Equal(PacketCounter.DropNextHopUnresolved, tcp.FromClient(TcpFlags.Fin | TcpFlags.Ack));
        Assert.Equal(FlowState.Established, tcp.State);
    }

    [Fact]
    public void Frames_and_bytes_are_counted_for_listener_and_target()
    {
        Conversation tcp = _bench.Connect();
        tcp.FromClient(TcpFlags.Ack, 100);
        tcp.FromTarget(TcpFlags.Ack, 1_000);
        var expected = new FlowCounters(1, 1, 3, (3 * 54) + 100, 2, (2 * 54) + 1_000);
        Assert.Equal(expected, _bench.Listener(Bench.TcpListener));
        uint target = IPAddress.Parse(tcp.TargetAddress).GetAddressBytes()[3];
        Assert.Equal(expected, _bench.TargetCounters(target));
        Assert.Equal(default, _bench.Listener(Bench.UdpListener));
    }
}
