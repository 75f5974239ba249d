using System.Buffers.Binary;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Packets in pieces: they meet at their home, whole or not at all.</summary>
public sealed class FragmentTests : IDisposable
{
    private const int PieceBytes = 480;
    private static readonly FlowKey Key = Frame.Key(Bench.Client, 5_000, Bench.Vip, 53, 17);

    private readonly SharedBench _bench = new();
    private readonly PeerTable _peers;

    public FragmentTests() => _peers = new PeerTable(
        [SharedBench.PeerOf(SharedBench.Peer, SharedBench.PeerStart), SharedBench.PeerOf(SharedBench.OtherPeer, 66)],
        _bench.Hops, SharedBench.Self);

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    /// <summary>A datagram of 1,200 bytes in three pieces whose home is the given node.</summary>
    private byte[][] Pieces(ushort home, byte fill = 7, ushort clientPort = 5_000)
    {
        byte[] whole = TestFrame.Udp(Bench.Client, clientPort, Bench.Vip, 53, 1_200);
        whole.AsSpan(60).Fill(fill);
        TestFrame.FixChecksums(whole);
        return Split(whole, home);
    }

    private byte[][] Split(byte[] whole, ushort home)
    {
        for (ushort id = 1; ; id++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(18), id);
            FlowKey key = Frame.KeyOf(Fixed(whole));
            ushort idBe = BinaryPrimitives.ReverseEndianness(id);
            var packet = new FlowKey(key.Source, key.Destination, idBe, 0, key.Protocol);
            if (_peers.HomeOf(packet, SharedBench.Self) == home)
                break;
        }
        var pieces = new List<byte[]>();
        for (int offset = 0; offset < whole.Length - 34; offset += PieceBytes)
        {
            byte[] payload = whole[(34 + offset)..Math.Min(whole.Length, 34 + offset + PieceBytes)];
            byte[] piece = [.. whole[..34], .. payload];
            bool isLast = 34 + offset + PieceBytes >= whole.Length;
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(16), (ushort)(20 + payload.Length));
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(20), (ushort)((offset / 8) | (isLast ? 0 : 0x2000)));
            TestFrame.FixIpChecksum(piece);
            pieces.Add(piece);
        }
        return [.. pieces];
    }

    private static byte[] Fixed(byte[] frame)
    {
        TestFrame.FixIpChecksum(frame);
        return frame;
    }

    /// <summary>Puts translated pieces together again; both checksums of the whole must be right.</summary>
    private static byte[] Join(IEnumerable<byte[]> pieces)
    {
        var inOrder = pieces.OrderBy(piece => BinaryPrimitives.ReadUInt16BigEndian(piece.AsSpan(20)) & 0x1fff).ToList();
        Assert.All(inOrder, piece => Assert.True(piece[22] == 63 && HeaderIsRight(piece)));
        byte[] whole = [.. inOrder[0][..34], .. inOrder.SelectMany(piece => piece[34..])];
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(16), (ushort)(whole.Length - 14));
        whole[20] = whole[21] = 0;
        TestFrame.FixIpChecksum(whole);
        Assert.True(TestFrame.ChecksumsRight(whole));
        return whole;
    }

    private static bool HeaderIsRight(byte[] frame)
    {
        byte[] copy = [.. frame];
        TestFrame.FixIpChecksum(copy);
        return copy.AsSpan().SequenceEqual(frame);
    }

    private List<byte[]> GiveAll(IEnumerable<byte[]> pieces, ushort relayedBy = 0) =>
        [.. pieces.SelectMany(piece => _bench.Give(piece, relayedBy)), .. _bench.Pass(0.001, 0.001)];

    private void Own(ushort clientPort = 5_000)
    {
        FlowRecord record = SharedBench.RecordOf(
            clientPort, protocol: 17, owner: SharedBench.Self, start: SharedBench.Start);
        _bench.Answer(FlowAnswerKind.Own, record);
    }

    /// <summary>Routers bring them here and nowhere else, and no other node may know the flow yet.</summary>
    [Theory]
    [InlineData(SharedBench.Self)]
    [InlineData(SharedBench.Peer)]
    [InlineData(SharedBench.OtherPeer)]
    public void The_pieces_of_an_answer_to_an_own_source_address_meet_here(ushort home)
    {
        _bench.Pipeline.UsePeers(
            [
                SharedBench.PeerOf(SharedBench.Peer, SharedBench.PeerStart),
                SharedBench.PeerOf(SharedBench.OtherPeer, 66),
            ]);
        _bench.Give(Bench.Datagram(5_000, 1));
        FlowKey sent = Frame.KeyOf(Assert.Single(_bench.Answer(FlowAnswerKind.Absent, Key)));
        byte[] answer = TestFrame.Udp(
            sent.Destination.ToString(), AddressBytes.Be(sent.DestinationPortBe), sent.Source.ToString(),
            AddressBytes.Be(sent.SourcePortBe), 1_200);
        byte[] whole = Join(GiveAll(Split(answer, home)));
        Assert.Equal(Key.Opposite(), Frame.KeyOf(whole));
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 0, 2)]
    public void At_home_all_pieces_of_an_own_flow_are_translated_in_any_order(int first, int second, int third)
    {
        Own();
        byte[][] pieces = Pieces(SharedBench.Self);
        byte[] whole = Join(GiveAll([pieces[first], pieces[second], pieces[third]]));
        Assert.Equal(Frame.Key(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080, 17), Frame.KeyOf(whole));
        Assert.Equal(1_242, whole.Length);
        Assert.Equal(3ul, _bench.Count(PacketCounter.Forwarded));
        Assert.Equal(3ul, _bench.Listeners(Bench.UdpListener).PacketsIn);
    }

    [Fact]
    public void The_pieces_of_a_datagram_that_may_begin_no_flow_begin_none()
    {
        _bench.Use(Bench.Model().For(Bench.Lists("198.51.100.0/24", "")));
        Assert.Empty(GiveAll(Pieces(SharedBench.Self)));
        Assert.Empty(_bench.Answer(FlowAnswerKind.Absent, Key));
        Assert.Empty(_bench.Pass(0.01, 0.001));
        Assert.Equal(3ul, _bench.Count(PacketCounter.DropNotAllowed));
        Assert.Null(_bench.State(Key));
    }

    [Fact]
    public void Elsewhere_every_piece_is_relayed_home_untouched()
    {
        Own();
        byte[][] pieces = Pieces(SharedBench.Peer);
        List<byte[]> sent = GiveAll(pieces.Reverse());
        Assert.Equal(3, sent.Count);
        foreach ((byte[] piece, byte[] relayed) in pieces.Reverse().Zip(sent))
        {
            Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
            Assert.Equal(piece[12..], relayed[12..]);
        }
        Assert.Equal(3ul, _bench.Count(PacketCounter.Relayed));
    }

    [Fact]
    public void At_home_the_pieces_of_another_nodes_flow_go_to_it_also_when_they_came_from_a_peer()
    {
        byte[][] pieces = Pieces(SharedBench.Self);
        Assert.Empty(GiveAll([pieces[2], pieces[0]], relayedBy: SharedBench.OtherPeer));
        Assert.Equal(Key, _bench.Request(FlowRequestKind.LookUpQuickly).Key);
        List<byte[]> sent = [.. _bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(5_000, protocol: 17))];
        sent.AddRange(GiveAll([pieces[1]], relayedBy: SharedBench.OtherPeer));
        Assert.Equal(3, sent.Count);
        Assert.All(sent, frame => Assert.Equal(SharedBench.MacOf(SharedBench.Peer), frame[..6]));
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void The_owner_translates_what_the_home_sends_and_sends_nothing_home()
    {
        Own();
        byte[][] pieces = Pieces(SharedBench.Peer);
        Join(GiveAll(pieces.Reverse(), relayedBy: SharedBench.Peer));
        Assert.Equal(0ul, _bench.Count(PacketCounter.Relayed));
    }

    [Fact]
    public void The_home_may_be_wrong_about_the_owner_and_hears_it()
    {
        byte[][] pieces = Pieces(SharedBench.Peer);
        Assert.Empty(GiveAll([pieces[0]], relayedBy: SharedBench.Peer));
        Assert.Equal(SharedBench.Peer, _bench.Request(FlowRequestKind.NotMine).Node);
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropNotMine));
    }

    [Fact]
    public void A_new_flow_can_begin_with_pieces_and_the_next_packets_first_piece_confirms_it()
    {
        byte[][] pieces = Pieces(SharedBench.Self);
        Assert.Empty(GiveAll(pieces));
        List<byte[]> sent = [.. _bench.Answer(FlowAnswerKind.Absent, Key)];
        Join(sent);
        _bench.Requests();
        Assert.Equal(FlowState.Unconfirmed, _bench.State(Key));
        Join(GiveAll(Split(Rejoined(pieces), SharedBench.Self)));
        Assert.Equal(FlowState.Established, _bench.State(Key));
    }

    private static byte[] Rejoined(byte[][] pieces)
    {
        byte[] whole = [.. pieces[0][..34], .. pieces.SelectMany(piece => piece[34..])];
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(16), (ushort)(whole.Length - 14));
        whole[20] = whole[21] = 0;
        return Fixed(whole);
    }

    [Fact]
    public void Pieces_without_a_first_one_are_dropped_after_two_seconds()
    {
        Own();
        byte[][] pieces = Pieces(SharedBench.Self);
        GiveAll([pieces[1], pieces[2]]);
        _bench.Pass(1.9);
        Assert.Equal(0ul, _bench.Count(PacketCounter.DropFragment));
        _bench.Pass(0.2);
        Assert.Equal(2ul, _bench.Count(PacketCounter.DropFragment));
        Assert.Empty(GiveAll([pieces[1]]));
    }

    [Fact]
    public void At_most_eight_pieces_of_a_packet_wait_and_five_hundred_and_twelve_in_all()
    {
        byte[][] pieces = Pieces(SharedBench.Self);
        for (int i = 0; i < 10; i++)
            GiveAll([pieces[1]]);
        Assert.Equal(2ul, _bench.Count(PacketCounter.DropParkFull));
        for (ushort port = 1; port <= 600; port++)
        {
            byte[] piece = [.. pieces[1]];
            BinaryPrimitives.WriteUInt32BigEndian(piece.AsSpan(26), 0xc000_0000u + port);
            _bench.UsePeers();
            _bench.Give(Fixed(piece));
        }
        Assert.Equal(512ul, _bench.Count(PacketCounter.Parked));
        _bench.Pass(3);
        Assert.Equal(512ul, _bench.Count(PacketCounter.DropFragment));
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    [Fact]
    public void More_packets_than_there_is_room_for_push_out_the_oldest_that_nothing_waits_for()
    {
        Own();
        _bench.UsePeers();
        byte[][] pieces = Pieces(SharedBench.Self);
        for (ushort i = 1; i <= 3_000; i++)
        {
            byte[] piece = [.. pieces[0]];
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(18), i);
            Assert.Single(_bench.Give(Fixed(piece)));
        }
    }

    [Fact]
    public void A_first_piece_too_short_for_its_ports_and_pieces_of_other_protocols_are_dropped()
    {
        byte[] tiny = Pieces(SharedBench.Self)[0][..(34 + 7)];
        tiny[16] = 0;
        tiny[17] = 27;
        Assert.Empty(GiveAll([Fixed(tiny)]));
        byte[] other = Pieces(SharedBench.Self)[0];
        other[23] = 1;
        Assert.Empty(GiveAll([Fixed(other)]));
        Assert.Equal(2ul, _bench.Count(PacketCounter.DropFragment));
    }

    [Fact]
    public void Pieces_of_a_tcp_segment_follow_its_flow_and_open_none()
    {
        byte[] whole = TestFrame.Tcp(Bench.Client, 40_000, Bench.Vip, 80, TestFrame.Ack, 1_000);
        byte[][] pieces = Split(whole, SharedBench.Self);
        FlowKey key = Frame.Key(Bench.Client, 40_000, Bench.Vip, 80);
        GiveAll(pieces);
        Assert.Equal(key, _bench.Request(FlowRequestKind.LookUp).Key);
        FlowRecord record = SharedBench.RecordOf(40_000, owner: SharedBench.Self, start: SharedBench.Start);
        Join(_bench.Answer(FlowAnswerKind.Own, key, record));
    }
}
