using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Frames to and from nodes that are not on the subnet.</summary>
public sealed class TunnelTests : IDisposable
{
    private const string Far = "172.17.0.5";
    private const int InnerAt = 14 + 32;
    private static readonly FlowKey Key = Frame.Key(Bench.Client, 40_000, Bench.Vip, 80);

    private readonly SharedBench _bench = new();

    public TunnelTests() => _bench.UsePeers(
        new PeerNode(SharedBench.Peer, IPAddress.Parse(Far), SharedBench.PeerStart, true),
        SharedBench.PeerOf(SharedBench.OtherPeer, 66));

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    /// <summary>What a peer off the subnet sends: the packet of a frame behind literal outer headers.</summary>
    private static byte[] Tunnelled(byte[] inner, string from = Far, string gue = "00040000")
    {
        byte[] datagram =
        [
            0xc1, 0x23, 0x17, 0xc0, 0, 0, 0, 0, .. Convert.FromHexString(gue), .. inner[14..],
        ];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        byte[] frame = TestFrame.Ip(from, SharedBench.Fabric, 17, datagram);
        frame[40] = frame[41] = 0;
        return frame;
    }

    private void BecomeRelay()
    {
        _bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000));
        Assert.Empty(_bench.Relays.Keys);
    }

    [Fact]
    public void A_frame_of_a_far_owners_flow_goes_whole_inside_gue_by_a_gateway()
    {
        BecomeRelay();
        byte[] frame = (SharedBench.FromClient(40_000, Ack) with { Payload = [1, 2, 3] }).Bytes();
        byte[] sent = Assert.Single(_bench.Give([.. frame]));
        Assert.Equal([0, 0, 0, 0, 0, 0x0a, 0, 0, 0, 0, 0, 0x0b, 8, 0], sent[..14]);
        Assert.Equal(frame[14..], sent[InnerAt..]);
        byte[] expected = Tunnelled(frame);
        IPAddress.Parse(SharedBench.Fabric).TryWriteBytes(expected.AsSpan(26), out _);
        IPAddress.Parse(Far).TryWriteBytes(expected.AsSpan(30), out _);
        (expected[18], expected[19]) = (0, 0);
        TestFrame.FixIpChecksum(expected);
        Assert.Equal(expected[14..34], sent[14..34]);
        Assert.InRange(BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(34)), 0xc000, 0xffff);
        Assert.Equal(expected[36..InnerAt], sent[36..InnerAt]);
        Assert.Equal(1ul, _bench.Count(PacketCounter.Tunnelled));
        Assert.Equal(sent[34..36], Assert.Single(_bench.Give([.. frame]))[34..36]);
    }

    [Fact]
    public void Flows_differ_in_the_outer_source_port()
    {
        var ports = new HashSet<int>();
        for (ushort port = 1; port <= 50; port++)
        {
            FlowRecord record = SharedBench.RecordOf(port);
            _bench.Answer(FlowAnswerKind.Relay, record.Forward, record);
            byte[] sent = Assert.Single(_bench.Give(SharedBench.FromClient(port, Ack)));
            ports.Add(BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(34)));
        }
        Assert.InRange(ports.Count, 40, 50);
    }

    /// <summary>A client's frame of a relayed flow, whole, of a packet so long.</summary>
    private static byte[] Sized(int packetBytes, bool mayCut = false)
    {
        byte[] payload = [.. Enumerable.Range(0, packetBytes - 40).Select(i => (byte)i)];
        byte[] frame = (SharedBench.FromClient(40_000, Ack) with { Payload = payload }).Bytes();
        (frame[18], frame[20]) = (0x77, (byte)(mayCut ? 0 : 0x40));
        TestFrame.FixIpChecksum(frame);
        return frame;
    }

    [Fact]
    public void The_sender_of_a_packet_that_does_not_fit_hears_which_one_would()
    {
        BecomeRelay();
        Assert.Single(_bench.Give(Sized(1_500 - 32)));
        byte[] tooLong = Sized(1_500 - 31);
        byte[] answer = Assert.Single(_bench.Give([.. tooLong]));
        Assert.Equal([.. tooLong[6..12], .. tooLong[..6], 8, 0], answer[..14]);
        byte[] message = [3, 4, 0, 0, 0, 0, 1_468 >> 8, 1_468 & 0xff, .. tooLong[14..42]];
        BinaryPrimitives.WriteUInt16LittleEndian(
            message.AsSpan(2), Dataplane.Packets.InternetChecksum.Of(message));
        byte[] expected = TestFrame.Ip(Bench.Vip, Bench.Client, 1, message);
        (expected[18], expected[19]) = (0, 0);
        TestFrame.FixIpChecksum(expected);
        Assert.Equal(expected[14..], answer[14..]);
        Assert.Equal((1ul, 1ul), (_bench.Count(PacketCounter.DropTunnelMtu), _bench.Count(PacketCounter.TooBigSent)));
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    [Fact]
    public void At_most_a_thousand_senders_a_second_hear_of_it()
    {
        BecomeRelay();
        for (int i = 0; i < 1_200; i++)
            _bench.Give(Sized(1_500));
        Assert.Equal(1_200ul, _bench.Count(PacketCounter.DropTunnelMtu));
        Assert.Equal(1_000ul, _bench.Count(PacketCounter.TooBigSent));
        _bench.Pass(0.1);
        Assert.Single(_bench.Give(Sized(1_500)));
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    [Theory]
    [InlineData(1_469)]
    [InlineData(1_500)]
    public void A_packet_that_may_be_cut_goes_in_two_pieces(int packetBytes)
    {
        BecomeRelay();
        byte[] whole = Sized(packetBytes, mayCut: true);
        IReadOnlyList<byte[]> sent = _bench.Give([.. whole]);
        Assert.Equal(2, sent.Count);
        Assert.All(sent, frame => Assert.InRange(frame.Length, 14 + 52, 14 + 1_500));
        byte[][] pieces = [.. sent.Select(frame => frame[(InnerAt - 14)..])];
        Assert.Equal([0x20, 0, 0, 181], pieces.SelectMany(piece => piece[20..22]));
        foreach (byte[] piece in pieces)
        {
            Assert.Equal(piece.Length - 14, BinaryPrimitives.ReadUInt16BigEndian(piece.AsSpan(16)));
            byte[] right = [.. piece];
            TestFrame.FixIpChecksum(right);
            Assert.Equal(right, piece);
            Assert.Equal([.. whole[18..20], .. whole[22..24], .. whole[26..34]],
                [.. piece[18..20], .. piece[22..24], .. piece[26..34]]);
        }
        Assert.Equal(1_448, pieces[0].Length - 34);
        Assert.Equal(whole[34..], pieces.SelectMany(piece => piece[34..]));
        Assert.Equal((2ul, 1ul), (_bench.Count(PacketCounter.Tunnelled), _bench.Count(PacketCounter.Cut)));
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    [Fact]
    public void Pieces_that_came_by_the_tunnel_are_translated()
    {
        BecomeRelay();
        byte[] whole = Sized(1_500, mayCut: true);
        byte[][] pieces = [.. _bench.Give([.. whole]).Select(frame => frame[(InnerAt - 14)..])];
        _bench.Answer(FlowAnswerKind.Own, SharedBench.RecordOf(
            40_000, owner: SharedBench.Self, start: SharedBench.Start));
        var sent = new List<byte[]>();
        foreach (byte[] piece in pieces)
            sent.AddRange(_bench.Give(Tunnelled(piece)));
        sent.AddRange(_bench.Pass(0.001, 0.001));
        Assert.Equal(2, sent.Count);
        Assert.Equal(whole[54..], sent[0][54..].Concat(sent[1][34..]));
        Assert.All(sent, frame => Assert.Equal([10, 0, 0, 2], frame[30..34]));
    }

    [Fact]
    public void A_frame_from_a_far_node_is_a_relayed_one()
    {
        byte[] inner = SharedBench.FromClient(40_000, Ack).Bytes();
        Assert.Empty(_bench.Give(Tunnelled(inner)));
        FlowRequest told = _bench.Request(FlowRequestKind.NotMine);
        Assert.Equal((SharedBench.Peer, Key), (told.Node, told.Key));
        FlowRecord mine = SharedBench.RecordOf(40_000, owner: SharedBench.Self, start: SharedBench.Start);
        _bench.Answer(FlowAnswerKind.Own, mine);
        byte[] sent = Assert.Single(_bench.Give([.. Tunnelled(inner), 0, 0, 0]));
        Assert.Equal(inner.Length, sent.Length);
        Assert.Equal(Frame.Key(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080), Frame.KeyOf(sent));
        Frame.ExpectRightChecksums(sent);
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    [Fact]
    public void Only_the_cells_nodes_and_plain_headers_are_let_in()
    {
        byte[] inner = SharedBench.FromClient(40_000, Ack).Bytes();
        Assert.Empty(_bench.Give(Tunnelled(inner, from: "172.17.0.9")));
        foreach (string gue in new[] { "40040000", "01040000", "00060000", "00040001", "20040000" })
            Assert.Empty(_bench.Give(Tunnelled(inner, gue: gue)));
        Assert.Empty(_bench.Give(Tunnelled(inner[..(14 + 19)])));
        Assert.Equal(7ul, _bench.Count(PacketCounter.DropTunnel));
        Assert.Empty(_bench.Give(Tunnelled([.. inner[..16], 0xff, 0xff, .. inner[18..]])));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropTruncated));
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void Without_a_gateway_that_answers_there_is_no_tunnel()
    {
        BecomeRelay();
        _bench.Hops.Resolved[0] = false;
        Assert.Empty(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropNextHopUnresolved));
    }

    [Fact]
    public void Any_bytes_behind_the_outer_header_end_in_a_named_drop()
    {
        var random = new Random(4);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = new byte[random.Next(14, 120)];
            random.NextBytes(bytes);
            bytes[Math.Min(14, bytes.Length - 1)] = 0x45;
            Assert.Empty(_bench.Give(Tunnelled(bytes)));
        }
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }
}
