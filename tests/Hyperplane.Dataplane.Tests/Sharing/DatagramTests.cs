using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>UDP flows between nodes.</summary>
public sealed class DatagramTests : IDisposable
{
    private static readonly FlowKey Key = Frame.Key(Bench.Client, 5_000, Bench.Vip, 53, 17);

    private readonly SharedBench _bench = new();

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    private byte[] Create(FlowAnswerKind answer = FlowAnswerKind.Absent)
    {
        Assert.Empty(_bench.Give(Bench.Datagram(5_000, 1)));
        Assert.Equal(Key, _bench.Request(FlowRequestKind.LookUpQuickly).Key);
        byte[] sent = Assert.Single(_bench.Answer(answer, Key));
        Assert.Equal(FlowState.Unconfirmed, _bench.State(Key));
        return sent;
    }

    [Fact]
    public void A_flow_that_nobody_has_is_created_from_the_datagram_that_waited()
    {
        byte[] sent = Create();
        Frame.ExpectRightChecksums(sent);
        Assert.Empty(_bench.Requests());
        Assert.Equal(0ul, _bench.Count(PacketCounter.Unreplicated));
    }

    [Fact]
    public void Without_the_directory_it_is_created_too_and_counted()
    {
        Create(FlowAnswerKind.Unavailable);
        Assert.Equal(1ul, _bench.Count(PacketCounter.Unreplicated));
    }

    [Fact]
    public void The_second_datagram_inserts_it()
    {
        Create();
        Assert.Single(_bench.Give(Bench.Datagram(5_000, 2)));
        FlowRecord record = _bench.Request(FlowRequestKind.Insert).Record;
        Assert.Equal((FlowRecordState.Established, Key), (record.State, record.Forward));
        _bench.Pass(1);
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void A_flow_of_one_datagram_is_inserted_after_two_hundred_milliseconds()
    {
        byte[] sent = Create();
        _bench.Pass(0.199, 0.199);
        Assert.Empty(_bench.Requests());
        Assert.Equal(1, _bench.Pipeline.WaitMs(_bench.NowNs, 10));
        _bench.Pass(0.001, 0.001);
        FlowRecord record = _bench.Request(FlowRequestKind.Insert).Record;
        Assert.Equal(FlowRecordState.Opening, record.State);
        _bench.Answer(FlowAnswerKind.Won, record with { Epoch = 1 });
        Assert.Single(_bench.Give(SharedBench.Reply(sent, default)));
        Assert.Equal(FlowRecordState.Established, _bench.Request(FlowRequestKind.Update).Record.State);
        Assert.Equal(2, _bench.Cache.Count);
    }

    [Fact]
    public void A_loser_adopts_the_winners_flow_without_a_word_to_the_target()
    {
        Create();
        _bench.Give(Bench.Datagram(5_000, 2));
        FlowRecord mine = _bench.Request(FlowRequestKind.Insert).Record;
        Assert.Empty(_bench.Answer(FlowAnswerKind.Lost, SharedBench.RecordOf(5_000, protocol: 17)));
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(FlowState.Held, _bench.State(mine.Reverse));
        byte[] relayed = Assert.Single(_bench.Give(Bench.Datagram(5_000, 3)));
        Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void A_datagram_of_a_living_owner_is_relayed_and_of_a_dead_one_carried_on()
    {
        _bench.Give(Bench.Datagram(5_000, 1));
        Assert.Single(_bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(5_000, protocol: 17)));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Relayed));
        FlowRecord mine = SharedBench.RecordOf(
            5_001, protocol: 17, owner: SharedBench.Self, start: SharedBench.Start);
        _bench.Give(Bench.Datagram(5_001, 1));
        byte[] sent = Assert.Single(_bench.Answer(FlowAnswerKind.Own, mine));
        Assert.Equal(Frame.Key(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080, 17), Frame.KeyOf(sent));
    }

    [Fact]
    public void A_reply_to_nobody_is_dropped()
    {
        var reply = new Frame("10.0.0.2", 8_080, SharedBench.OtherSnat, 7_000) { Protocol = 17, Payload = [1] };
        _bench.Give(reply);
        FlowKey key = _bench.Request(FlowRequestKind.LookUp).Key;
        Assert.Empty(_bench.Answer(FlowAnswerKind.Absent, key));
        Assert.Equal((1ul, 0ul), (_bench.Count(PacketCounter.DropNoFlow), _bench.Count(PacketCounter.ResetSent)));
    }

    [Fact]
    public void When_nothing_can_be_asked_it_is_created_at_once()
    {
        using var bench = new SharedBench(ring: 2);
        bench.Give(Bench.Datagram(1, 1));
        bench.Give(Bench.Datagram(2, 1));
        Assert.Single(bench.Give(Bench.Datagram(3, 1)));
        Assert.Equal(1ul, bench.Count(PacketCounter.DirectoryFull));
        bench.ExpectTrueCounts();
    }
}
