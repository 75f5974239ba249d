using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Frames of flows this node does not know, and what the directory says of them.</summary>
public sealed class LookUpTests : IDisposable
{
    private static readonly FlowKey Key = Frame.Key(Bench.Client, 40_000, Bench.Vip, 80);

    private readonly SharedBench _bench = new();

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    private static FlowRecord Mine(FlowRecordState state = FlowRecordState.Established) =>
        SharedBench.RecordOf(40_000, state, owner: SharedBench.Self, start: SharedBench.Start);

    private void Ask()
    {
        Assert.Empty(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(Key, _bench.Request(FlowRequestKind.LookUp).Key);
    }

    [Fact]
    public void An_unknown_segment_is_asked_for_once_and_kept()
    {
        Ask();
        Assert.Empty(_bench.Give(SharedBench.FromClient(40_000, Ack, 6_000)));
        Assert.Empty(_bench.Requests());
        Assert.Equal(2ul, _bench.Count(PacketCounter.Parked));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_the_directory_is_filled_nothing_is_created_and_others_flows_are_found(bool isUdp)
    {
        _bench.Exchange.IsFilling = true;
        Frame frame = isUdp ? Bench.Datagram(40_000) : SharedBench.FromClient(40_000, Syn);
        Assert.Empty(_bench.Give(frame));
        FlowKey key = _bench.Request(FlowRequestKind.LookUp).Key;
        Assert.Empty(_bench.Answer(FlowAnswerKind.Unavailable, key));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropDirectoryUnavailable));
        Assert.Null(_bench.State(key));
        Assert.Empty(_bench.Give(frame));
        FlowRecord peers = SharedBench.RecordOf(40_000, protocol: (byte)(isUdp ? 17 : 6));
        Assert.Single(_bench.Answer(FlowAnswerKind.Relay, key, peers));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Relayed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_asked_for_while_the_directory_was_filled_opens_a_flow_once_it_is(bool isUdp)
    {
        _bench.Exchange.IsFilling = true;
        Assert.Empty(_bench.Give(isUdp ? Bench.Datagram(40_000) : SharedBench.FromClient(40_000, Syn)));
        FlowKey key = _bench.Request(FlowRequestKind.LookUp).Key;
        _bench.Exchange.IsFilling = false;
        _bench.Pass(0.001);
        Assert.Single(_bench.Answer(FlowAnswerKind.Absent, key));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Forwarded));
        Assert.Equal(0ul, _bench.Count(PacketCounter.ResetSent));
        Assert.NotNull(_bench.State(key));
    }

    [Fact]
    public void A_SYN_is_never_refused_by_a_reset()
    {
        _bench.Exchange.IsFilling = true;
        Assert.Empty(_bench.Give(SharedBench.FromClient(40_000, Syn)));
        Assert.Empty(_bench.Answer(FlowAnswerKind.Absent, _bench.Request(FlowRequestKind.LookUp).Key));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropDirectoryUnavailable));
    }

    [Fact]
    public void A_filled_node_opens_flows_whatever_else_the_directory_has_to_say()
    {
        _bench.Exchange.IsFilling = true;
        _bench.Pass(0.001);
        _bench.Exchange.IsFilling = false;
        Assert.True(_bench.Exchange.Answers.TryWrite(new FlowAnswer { Kind = FlowAnswerKind.NotMine }));
        _bench.Pass(0.001);
        Assert.True(_bench.Exchange.Answers.TryWrite(new FlowAnswer { Kind = FlowAnswerKind.NotMine }));
        Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Syn)));
    }

    [Theory]
    [InlineData(FlowRecordState.Established)]
    [InlineData(FlowRecordState.Opening)]
    public void A_claimed_flow_carries_on_in_both_directions_in_the_order_of_its_frames(FlowRecordState state)
    {
        Ask();
        _bench.Give(SharedBench.FromClient(40_000, Ack, 6_000));
        IReadOnlyList<byte[]> sent = _bench.Answer(FlowAnswerKind.Own, Key, Mine(state));
        Assert.Equal([5_001u, 6_000u], sent.Select(frame => Segment(frame).Sequence));
        Assert.All(sent, frame => Assert.Equal(
            Frame.Key(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080), Frame.KeyOf(frame)));
        Assert.All(sent, frame => Frame.ExpectRightChecksums(frame));
        Assert.Equal(FlowState.Established, _bench.State(Key));
        Assert.Equal(2, _bench.Cache.Count);
        byte[] back = Assert.Single(_bench.Give(SharedBench.Reply(sent[0], Ack)));
        Assert.Equal(Frame.Key(Bench.Vip, 80, Bench.Client, 40_000), Frame.KeyOf(back));
        Assert.Equal((0ul, 1ul), (_bench.Listeners().NewFlows, _bench.Listeners().ActiveFlows));
        _bench.Give(SharedBench.FromClient(40_000, Fin | Ack, 7_000));
        FlowRecord update = _bench.Request(FlowRequestKind.Update).Record;
        Assert.Equal(Mine(FlowRecordState.Closing), update);
    }

    [Fact]
    public void A_closing_flow_is_carried_on_for_its_own_idle_time_and_never_cached()
    {
        Ask();
        FlowRecord record = Mine(FlowRecordState.Closing) with { IdleTimeoutSeconds = 120 };
        Assert.Single(_bench.Answer(FlowAnswerKind.Own, Key, record));
        Assert.Equal((FlowState.Closing, 0), (_bench.State(Key), _bench.Cache.Count));
        _bench.Pass(119);
        Assert.Equal(FlowState.Closing, _bench.State(Key));
        _bench.Pass(8);
        Assert.Null(_bench.State(Key));
    }

    [Fact]
    public void A_claim_replaces_whatever_has_one_of_its_keys()
    {
        byte[] sent = Assert.Single(_bench.Give(Bench.Syn(39_000)));
        FlowRecord other = _bench.Request(FlowRequestKind.Insert).Record;
        FlowRecord claimed = Mine() with
        {
            Target = other.Target, TargetPortBe = other.TargetPortBe,
            Snat = other.Snat, SnatPortBe = other.SnatPortBe,
        };
        Ask();
        byte[] forwarded = Assert.Single(_bench.Answer(FlowAnswerKind.Own, Key, claimed));
        Assert.Equal(Frame.KeyOf(sent), Frame.KeyOf(forwarded));
        Assert.Null(_bench.State(other.Forward));
        Assert.Equal((FlowState.Established, 1ul), (_bench.State(other.Reverse), _bench.Listeners().ActiveFlows));
    }

    [Fact]
    public void A_living_owners_frames_are_relayed_as_they_are_and_the_entry_is_cached()
    {
        Ask();
        byte[] relayed = Assert.Single(_bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000)));
        Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
        Assert.Equal([(byte)SharedBench.Peer, 0, 0, 0, 0, 0x0b], relayed[6..12]);
        Assert.Equal(SharedBench.FromClient(40_000, Ack).Bytes()[12..], relayed[12..]);
        Assert.True(_bench.Relays.TryRead(Key, out RelayEntry entry));
        Assert.Equal((SharedBench.Peer, SharedBench.PeerStart), (entry.OwnerNode, entry.OwnerStart));
        foreach (TcpFlags flags in new[] { Syn, Fin | Ack, Rst })
            Assert.Single(_bench.Give(SharedBench.FromClient(40_000, flags)));
        Assert.Equal(4ul, _bench.Count(PacketCounter.Relayed));
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void A_dead_owner_makes_the_relay_entry_a_miss()
    {
        Ask();
        _bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000));
        _bench.UsePeers(SharedBench.PeerOf(SharedBench.Peer, SharedBench.PeerStart, isAlive: false));
        Ask();
        Assert.Empty(_bench.Relays.Keys);
        Assert.Empty(_bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000)));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropDirectoryUnavailable));
        _bench.UsePeers(SharedBench.PeerOf(SharedBench.Peer, SharedBench.PeerStart + 1));
        Ask();
    }

    [Fact]
    public void A_relay_entry_without_frames_is_forgotten_after_half_a_minute_and_cached_frames_count()
    {
        Ask();
        _bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000));
        _bench.Pass(25);
        _bench.Relays.Stamp(Key, _bench.NowNs);
        _bench.Pass(25);
        Assert.Single(_bench.Relays.Keys);
        _bench.Pass(12);
        Assert.Empty(_bench.Relays.Keys);
        Ask();
    }

    [Fact]
    public void An_owner_that_denies_is_asked_for_anew()
    {
        Ask();
        _bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000));
        _bench.Answer(FlowAnswerKind.NotMine, Key);
        Assert.Empty(_bench.Relays.Keys);
        Ask();
    }

    [Theory]
    [InlineData(Ack, 90_001u, 0u, Rst)]
    [InlineData(Fin | Ack, 90_001u, 0u, Rst)]
    [InlineData(Syn | Ack, 90_001u, 0u, Rst)]
    public void Nobodys_segment_is_answered_with_a_reset(
        TcpFlags flags, uint sequence, uint acknowledgement, TcpFlags expected)
    {
        _bench.Give(SharedBench.FromClient(40_000, flags) with { Payload = [1, 2, 3], TcpOptionBytes = 8 });
        byte[] reset = Assert.Single(_bench.Answer(FlowAnswerKind.Absent, Key));
        Assert.Equal(Frame.Key(Bench.Vip, 80, Bench.Client, 40_000), Frame.KeyOf(reset));
        Assert.Equal([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0], reset[..14]);
        Assert.Equal((54, expected, sequence, acknowledgement), (reset.Length, Segment(reset).Flags,
            Segment(reset).Sequence, Segment(reset).Acknowledgement));
        Frame.ExpectRightChecksums(reset);
        Assert.Equal((1ul, 1ul), (_bench.Count(PacketCounter.ResetSent), _bench.Count(PacketCounter.DropNoFlow)));
    }

    [Fact]
    public void Nobodys_reset_is_not_answered_and_nobodys_return_segment_is()
    {
        _bench.Give(SharedBench.FromClient(40_000, Rst));
        Assert.Empty(_bench.Answer(FlowAnswerKind.Absent, Key));
        var back = new Frame("10.0.0.2", 8_080, SharedBench.OtherSnat, 7_000) { Acknowledgement = 12 };
        _bench.Requests();
        _bench.Give(back);
        FlowKey reverse = _bench.Request(FlowRequestKind.LookUp).Key;
        Assert.Equal(Frame.KeyOf(back.Bytes()), reverse);
        byte[] reset = Assert.Single(_bench.Answer(FlowAnswerKind.Absent, reverse));
        Assert.Equal(12u, Segment(reset).Sequence);
    }

    [Fact]
    public void Resets_are_limited_to_a_thousand_a_second()
    {
        for (ushort port = 1; port <= 1_500; port++)
        {
            _bench.Give(SharedBench.FromClient(port, Ack));
            _bench.Answer(FlowAnswerKind.Absent, Frame.Key(Bench.Client, port, Bench.Vip, 80));
            _bench.Requests();
        }
        Assert.Equal(1_000ul, _bench.Count(PacketCounter.ResetSent));
        Assert.Equal(1_500ul, _bench.Count(PacketCounter.DropNoFlow));
    }

    [Fact]
    public void Without_knowledge_there_is_silence()
    {
        Ask();
        Assert.Empty(_bench.Answer(FlowAnswerKind.Unavailable, Key));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropDirectoryUnavailable));
        Ask();
        _bench.Pass(0.9);
        Assert.Equal(0ul, _bench.Count(PacketCounter.DropDirectoryTimeout));
        _bench.Pass(0.2);
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropDirectoryTimeout));
        Assert.Empty(_bench.Answer(FlowAnswerKind.Absent, Key));
        Ask();
    }

    [Fact]
    public void A_relayed_frame_of_no_flow_is_told_and_neither_relayed_nor_asked_for()
    {
        _bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000));
        foreach (TcpFlags flags in new[] { Ack, Syn })
        {
            Assert.Empty(_bench.Give(SharedBench.FromClient(40_000, flags), relayedBy: SharedBench.OtherPeer));
            FlowRequest request = _bench.Request(FlowRequestKind.NotMine);
            Assert.Equal((SharedBench.OtherPeer, Key), (request.Node, request.Key));
        }
        Assert.Equal(2ul, _bench.Count(PacketCounter.DropNotMine));
    }

    [Fact]
    public void A_relayed_frame_of_a_flow_of_ours_is_forwarded()
    {
        _bench.Answer(FlowAnswerKind.Own, Key, Mine());
        Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack), relayedBy: SharedBench.Peer));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Forwarded));
    }

    [Fact]
    public void Only_served_destinations_are_asked_for()
    {
        Assert.Empty(_bench.Give(SharedBench.FromClient(1, Ack) with { DestinationPort = 81 }));
        Assert.Empty(_bench.Give(SharedBench.FromClient(1, Ack) with { Source = "224.0.0.1" }));
        _bench.Use(Bench.Model() with { SnatPools = [System.Net.IPNetwork.Parse("203.0.113.0/29")] });
        Assert.Empty(_bench.Give(SharedBench.FromClient(1, Ack) with { Destination = "203.0.113.9" }));
        Assert.Empty(_bench.Give(SharedBench.FromClient(1, Ack) with { Destination = "198.51.100.77" }));
        Assert.Empty(_bench.Requests());
        _bench.Give(SharedBench.FromClient(1, Ack) with { Destination = "203.0.113.7" });
        _bench.Request(FlowRequestKind.LookUp);
    }

    [Fact]
    public void Parked_frames_are_bounded_by_key_and_in_all()
    {
        for (int i = 0; i < 10; i++)
            _bench.Give(SharedBench.FromClient(40_000, Ack));
        Assert.Equal(2ul, _bench.Count(PacketCounter.DropParkFull));
        for (ushort port = 1; port <= 600; port++)
            _bench.Give(SharedBench.FromClient(port, Ack));
        Assert.Equal(512ul, _bench.Count(PacketCounter.Parked));
        Assert.Equal(98ul, _bench.Count(PacketCounter.DropParkFull));
        _bench.Pass(1.2);
        Assert.Equal(512ul, _bench.Count(PacketCounter.DropDirectoryTimeout));
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    private static TcpView Segment(byte[] frame)
    {
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(frame.AsSpan(34), out TcpView tcp));
        return tcp;
    }
}
