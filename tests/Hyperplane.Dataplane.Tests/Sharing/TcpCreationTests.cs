using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>A new connection and the directory's word on it.</summary>
public sealed class TcpCreationTests : IDisposable
{
    private readonly SharedBench _bench = new();

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    /// <summary>A SYN through; the frame that went to the target and the insert.</summary>
    private (byte[] Sent, FlowRecord Record) Open(ushort port)
    {
        byte[] sent = Assert.Single(_bench.Give(Bench.Syn(port)));
        return (sent, _bench.Request(FlowRequestKind.Insert).Record);
    }

    private static FlowRecord Decided(FlowRecord record) => record with { Epoch = 9 };

    [Fact]
    public void A_syn_goes_on_at_once_and_is_inserted_with_all_that_another_node_needs()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        Assert.Equal(Frame.Key(Bench.Client, 40_000, Bench.Vip, 80), record.Forward);
        FlowKey out_ = Frame.KeyOf(sent);
        Assert.Equal(
            new FlowKey(out_.Destination, out_.Source, out_.DestinationPortBe, out_.SourcePortBe, 6),
            record.Reverse);
        Assert.Equal((SharedBench.Self, SharedBench.Start, 0u), (record.OwnerNode, record.OwnerStart, record.Epoch));
        Assert.Equal((Bench.TcpListener, FlowRecordState.Opening), (record.ListenerId, record.State));
        Assert.Equal(350, record.IdleTimeoutSeconds);
        Assert.Equal(record.Target.Ipv4Be >> 24, record.TargetId);
        Assert.Equal(SharedBench.Self, record.Incarnation >> 48);
        Assert.NotEqual(record.Incarnation, Open(40_001).Record.Incarnation);
        Assert.Equal(2, _bench.Rings);
    }

    [Fact]
    public void Changes_that_nobody_waits_for_ring_once_they_are_many()
    {
        for (ushort port = 1; port <= 300; port++)
        {
            (byte[] sent, FlowRecord record) = Open(port);
            _bench.Answer(FlowAnswerKind.Won, Decided(record));
            _bench.Give(SharedBench.Reply(sent, Syn | Ack));
            _bench.Give(SharedBench.FromClient(port, Ack));
            _bench.Request(FlowRequestKind.Update);
        }
        int before = _bench.Rings;
        for (ushort port = 1; port <= 300; port++)
        {
            _bench.Give(SharedBench.FromClient(port, Fin | Ack));
            Assert.Equal(FlowRecordState.Closing, _bench.Request(FlowRequestKind.Update).Record.State);
        }
        Assert.Equal(before + 1, _bench.Rings);
    }

    [Fact]
    public void The_syn_ack_leaves_when_the_flow_has_won()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        Assert.Empty(_bench.Give(SharedBench.Reply(sent, Syn | Ack)));
        byte[] synAck = Assert.Single(_bench.Answer(FlowAnswerKind.Won, Decided(record)));
        Assert.Equal(Frame.Key(Bench.Vip, 80, Bench.Client, 40_000), Frame.KeyOf(synAck));
        Frame.ExpectRightChecksums(synAck);
        Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        FlowRecord update = _bench.Request(FlowRequestKind.Update).Record;
        Assert.Equal(record with { Epoch = 9, State = FlowRecordState.Established }, update);
        Assert.Equal(1, _bench.Rings);
        Assert.Equal(0ul, _bench.Count(PacketCounter.Unreplicated));
    }

    [Fact]
    public void A_syn_ack_after_the_decision_does_not_wait()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        _bench.Answer(FlowAnswerKind.Won, Decided(record));
        Assert.Single(_bench.Give(SharedBench.Reply(sent, Syn | Ack)));
        Assert.Equal(0ul, _bench.Count(PacketCounter.Parked));
    }

    [Fact]
    public void Without_a_word_the_syn_ack_leaves_after_five_milliseconds_and_is_counted()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        _bench.Give(SharedBench.Reply(sent, Syn | Ack));
        Assert.Equal(5, _bench.Pipeline.WaitMs(_bench.NowNs, 10));
        Assert.Empty(_bench.Pass(0.0049, 0.0049));
        Assert.Equal(1, _bench.Pipeline.WaitMs(_bench.NowNs, 10));
        Assert.Single(_bench.Pass(0.0002, 0.0001));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Unreplicated));
        Assert.Single(_bench.Give(SharedBench.Reply(sent, Syn | Ack)));
        Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Empty(_bench.Requests());
        _bench.Answer(FlowAnswerKind.Won, Decided(record));
        Assert.Equal(9u, _bench.Request(FlowRequestKind.Update).Record.Epoch);
        Assert.Equal(1ul, _bench.Count(PacketCounter.Unreplicated));
    }

    [Fact]
    public void Of_two_syn_acks_that_wait_the_newer_one_leaves()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        _bench.Give(SharedBench.Reply(sent, Syn | Ack, sequence: 1));
        _bench.Give(SharedBench.Reply(sent, Syn | Ack, sequence: 2));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropParkFull));
        byte[] left = Assert.Single(_bench.Answer(FlowAnswerKind.Won, Decided(record)));
        Assert.Equal(2, left[41]);
    }

    [Fact]
    public void The_loser_of_a_key_resets_its_target_and_relays_the_client()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        _bench.Give(SharedBench.Reply(sent, Syn | Ack, acknowledgement: 5_001));
        byte[] reset = Assert.Single(_bench.Answer(FlowAnswerKind.Lost, SharedBench.RecordOf(40_000)));
        Assert.Equal(Frame.KeyOf(sent), Frame.KeyOf(reset));
        Assert.Equal((Rst, 5_001u), Segment(reset));
        Frame.ExpectRightChecksums(reset);
        Assert.Equal(FlowState.Held, _bench.State(record.Reverse));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropLost));

        byte[] relayed = Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Syn)));
        Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
        Assert.Equal(SharedBench.FromClient(40_000, Syn).Bytes()[12..], relayed[12..]);
        Assert.Empty(_bench.Requests());
        _bench.Pass(1.2);
        Assert.Null(_bench.State(record.Reverse));
    }

    [Fact]
    public void A_loser_whose_target_was_silent_holds_the_port_for_long()
    {
        (_, FlowRecord record) = Open(40_000);
        Assert.Empty(_bench.Answer(FlowAnswerKind.Lost, SharedBench.RecordOf(40_000)));
        _bench.Pass(64);
        Assert.Equal(FlowState.Held, _bench.State(record.Reverse));
        _bench.Pass(1.5);
        Assert.Null(_bench.State(record.Reverse));
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void A_key_of_a_dead_owner_is_carried_on_by_who_asked_for_it()
    {
        (byte[] sent, FlowRecord mine) = Open(40_000);
        _bench.Give(SharedBench.Reply(sent, Syn | Ack));
        FlowRecord claimed = SharedBench.RecordOf(40_000, owner: SharedBench.Self, start: SharedBench.Start);
        byte[] reset = Assert.Single(_bench.Answer(FlowAnswerKind.Own, claimed));
        Assert.Equal((Rst, 5_001u), Segment(reset));
        Assert.Equal(FlowState.Held, _bench.State(mine.Reverse));
        byte[] forwarded = Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(Frame.Key(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080), Frame.KeyOf(forwarded));
        byte[] back = Assert.Single(_bench.Give(SharedBench.Reply(forwarded, Ack)));
        Assert.Equal(Frame.Key(Bench.Vip, 80, Bench.Client, 40_000), Frame.KeyOf(back));
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void An_insert_without_a_decision_is_repeated()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        _bench.Give(SharedBench.Reply(sent, Syn | Ack));
        _bench.Pass(0.006, 0.001);
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        _bench.Pass(9.5);
        FlowRequest again = _bench.Request(FlowRequestKind.Insert);
        Assert.Equal(record with { State = FlowRecordState.Established }, again.Record);
        _bench.Answer(FlowAnswerKind.Won, Decided(record));
        _bench.Pass(20);
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void An_older_decision_takes_no_flow_away_and_a_newer_one_does()
    {
        (byte[] sent, FlowRecord record) = Open(40_000);
        _bench.Answer(FlowAnswerKind.Won, Decided(record));
        _bench.Give(SharedBench.Reply(sent, Syn | Ack));
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        _bench.Answer(FlowAnswerKind.Lost, SharedBench.RecordOf(40_000) with { Epoch = 8 });
        Assert.Equal(FlowState.Established, _bench.State(record.Forward));
        _bench.Answer(FlowAnswerKind.Lost, SharedBench.RecordOf(40_000) with { Epoch = 10 });
        Assert.Equal(FlowState.Held, _bench.State(record.Reverse));
        Assert.Equal(0, _bench.Cache.Count);
        _bench.Requests();
    }

    [Fact]
    public void A_word_on_a_flow_that_is_gone_changes_nothing()
    {
        (_, FlowRecord record) = Open(40_000);
        _bench.Pass(13);
        Assert.Equal(FlowRequestKind.Close, _bench.Requests()[^1].Kind);
        _bench.Answer(FlowAnswerKind.Won, Decided(record));
        Assert.Null(_bench.State(record.Forward));
        Assert.Equal(0ul, _bench.Listeners().ActiveFlows);
    }

    [Fact]
    public void When_the_requests_find_no_room_the_connection_goes_on_and_is_inserted_later()
    {
        using var bench = new SharedBench(ring: 2);
        bench.Give(Bench.Syn(1));
        bench.Give(Bench.Syn(2));
        byte[] sent = Assert.Single(bench.Give(Bench.Syn(3)));
        Assert.Equal(1ul, bench.Count(PacketCounter.DirectoryFull));
        Assert.Equal(1ul, bench.Count(PacketCounter.Unreplicated));
        Assert.Single(bench.Give(SharedBench.Reply(sent, Syn | Ack)));
        var later = new List<FlowRequest>();
        bench.Requests();
        for (int i = 0; i < 70; i++)
        {
            bench.Pass(0.1);
            later.AddRange(bench.Requests());
        }
        FlowKey key = Frame.Key(Bench.Client, 3, Bench.Vip, 80);
        Assert.Contains(later, request => request.Kind == FlowRequestKind.Insert && request.Key == key);
        bench.ExpectTrueCounts();
    }

    private static (TcpFlags Flags, uint Sequence) Segment(byte[] frame)
    {
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(frame.AsSpan(34), out TcpView tcp));
        return (tcp.Flags, tcp.Sequence);
    }
}
