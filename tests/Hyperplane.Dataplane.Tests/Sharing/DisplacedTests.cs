using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Flows of ours that another node carries on.</summary>
public sealed class DisplacedTests : IDisposable
{
    private readonly SharedBench _bench = new();

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    /// <summary>A connection of ours that a peer has claimed; the record with its new owner.</summary>
    private (byte[] Sent, FlowRecord Record) Lend(ushort port, SharedBench? bench = null)
    {
        bench ??= _bench;
        bench.Requests();
        byte[] sent = Assert.Single(bench.Give(Bench.Syn(port)));
        FlowRecord record = bench.Request(FlowRequestKind.Insert).Record;
        bench.Answer(FlowAnswerKind.Won, record with { Epoch = 1 });
        bench.Give(SharedBench.Reply(sent, Syn | Ack));
        bench.Give(SharedBench.FromClient(port, Ack));
        record = bench.Request(FlowRequestKind.Update).Record;
        FlowRecord taken = record with { OwnerNode = SharedBench.Peer, OwnerStart = SharedBench.PeerStart, Epoch = 2 };
        bench.Answer(FlowAnswerKind.Displaced, taken);
        return (sent, taken);
    }

    [Fact]
    public void Both_directions_are_relayed_to_the_new_owner_and_the_port_stays_taken()
    {
        (byte[] sent, FlowRecord record) = Lend(40_000);
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(FlowState.Lent, _bench.State(record.Reverse));
        Assert.Null(_bench.State(record.Forward));
        Assert.Equal(0ul, _bench.Listeners().ActiveFlows);
        byte[] forward = Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        byte[] back = Assert.Single(_bench.Give(SharedBench.Reply(sent, Ack)));
        Assert.All([forward, back], frame => Assert.Equal(SharedBench.MacOf(SharedBench.Peer), frame[..6]));
        _bench.Pass(500);
        Assert.Equal(FlowState.Lent, _bench.State(record.Reverse));
    }

    [Fact]
    public void A_lent_port_is_asked_for_every_minute_and_ends_when_nobody_has_its_flow()
    {
        (_, FlowRecord record) = Lend(40_000);
        _bench.Pass(300);
        List<FlowRequest> asked = _bench.Requests();
        Assert.InRange(asked.Count, 4, 6);
        Assert.All(asked, request => Assert.Equal(
            (FlowRequestKind.LookUp, record.Reverse), (request.Kind, request.Key)));
        _bench.Answer(FlowAnswerKind.Relay, record.Reverse, record);
        _bench.Answer(FlowAnswerKind.Unavailable, record.Reverse);
        Assert.Equal(FlowState.Lent, _bench.State(record.Reverse));
        _bench.Answer(FlowAnswerKind.Absent, record.Reverse);
        Assert.Equal(FlowState.Held, _bench.State(record.Reverse));
        _bench.Pass(66);
        Assert.Null(_bench.State(record.Reverse));
    }

    [Fact]
    public void The_owners_end_frees_the_port_after_a_hold_down()
    {
        (_, FlowRecord record) = Lend(40_000);
        _bench.Answer(FlowAnswerKind.PortFreed, record with { Incarnation = 1 });
        Assert.Equal(FlowState.Lent, _bench.State(record.Reverse));
        _bench.Answer(FlowAnswerKind.PortFreed, record with { State = FlowRecordState.Tombstone });
        Assert.Equal(FlowState.Held, _bench.State(record.Reverse));
        _bench.Pass(66);
        Assert.Null(_bench.State(record.Reverse));
        Assert.Empty(_bench.Requests());
    }

    [Theory]
    [InlineData(FlowRecordState.Established, FlowState.Lent)]
    [InlineData(FlowRecordState.Tombstone, FlowState.Held)]
    public void A_port_that_a_flow_of_an_earlier_start_has_is_given_to_nobody_before_it_is_free(
        FlowRecordState state, FlowState kept)
    {
        FlowRecord record = SharedBench.RecordOf(40_000, snat: Bench.Snat) with { State = state };
        _bench.Answer(FlowAnswerKind.PortTaken, record);
        Assert.Equal(kept, _bench.State(record.Reverse));
        Assert.Null(_bench.State(record.Forward));
        _bench.Answer(FlowAnswerKind.PortFreed, record with { State = FlowRecordState.Tombstone });
        _bench.Pass(66);
        Assert.Null(_bench.State(record.Reverse));
    }

    [Fact]
    public void A_port_of_another_lease_is_nothing_to_keep()
    {
        FlowRecord record = SharedBench.RecordOf(40_000);
        _bench.Answer(FlowAnswerKind.PortTaken, record);
        Assert.Null(_bench.State(record.Reverse));
    }

    [Fact]
    public void A_flow_with_another_nodes_port_is_simply_forgotten()
    {
        FlowRecord mine = SharedBench.RecordOf(40_000, owner: SharedBench.Self, start: SharedBench.Start);
        _bench.Answer(FlowAnswerKind.Own, mine);
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        Assert.Equal(2, _bench.Cache.Count);
        _bench.Answer(FlowAnswerKind.Displaced, SharedBench.RecordOf(40_000) with { Epoch = 5 });
        Assert.Null(_bench.State(mine.Reverse));
        Assert.Equal((0, 0), (_bench.Cache.Count, _bench.Flows.Count(FlowPool.HoldDown)));
        Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Relayed));
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void Late_news_of_an_older_owner_change_nothing()
    {
        FlowRecord mine = SharedBench.RecordOf(40_000, owner: SharedBench.Self, start: SharedBench.Start);
        _bench.Answer(FlowAnswerKind.Own, mine);
        _bench.Answer(FlowAnswerKind.Displaced, SharedBench.RecordOf(40_000) with { Epoch = 3 });
        Assert.Equal(FlowState.Established, _bench.State(mine.Forward));
        _bench.Answer(FlowAnswerKind.Displaced, SharedBench.RecordOf(40_000) with { Epoch = 5, Incarnation = 1 });
        Assert.Equal(FlowState.Established, _bench.State(mine.Forward));
    }

    [Fact]
    public void A_lent_flow_can_come_back()
    {
        (byte[] sent, FlowRecord record) = Lend(40_000);
        FlowRecord back = record with { OwnerNode = SharedBench.Self, OwnerStart = SharedBench.Start, Epoch = 3 };
        _bench.Answer(FlowAnswerKind.Own, back);
        byte[] forwarded = Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(Frame.KeyOf(sent), Frame.KeyOf(forwarded));
        Assert.Equal(0ul, _bench.Count(PacketCounter.Relayed));
        Assert.Equal((FlowState.Established, 1ul), (_bench.State(record.Reverse), _bench.Listeners().ActiveFlows));
    }

    [Fact]
    public void Lent_ports_give_way_last()
    {
        using var bench = new SharedBench(flows: 4, halfOpen: 2);
        (_, FlowRecord lent) = Lend(40_000, bench);
        for (ushort port = 1; port <= 40; port++)
        {
            bench.Give(Bench.Syn(port));
            bench.Give(SharedBench.FromClient(port, Rst, sequence: 1_001));
        }
        Assert.Equal(FlowState.Lent, bench.State(lent.Reverse));
        Assert.Equal(8, bench.Flows.Count(FlowPool.HoldDown));
        for (ushort port = 1_000; port < 1_010; port++)
            Lend(port, bench);
        Assert.Equal(8, bench.Flows.Count(FlowPool.HoldDown));
        Assert.Null(bench.State(lent.Reverse));
    }
}
