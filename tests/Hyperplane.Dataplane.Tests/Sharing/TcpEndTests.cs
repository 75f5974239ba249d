using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>What the directory hears of a connection's life and end.</summary>
public sealed class TcpEndTests : IDisposable
{
    private readonly SharedBench _bench = new();

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    private (byte[] Sent, FlowRecord Record) Connect(ushort port)
    {
        byte[] sent = Assert.Single(_bench.Give(Bench.Syn(port)));
        FlowRecord record = _bench.Request(FlowRequestKind.Insert).Record;
        _bench.Answer(FlowAnswerKind.Won, record with { Epoch = 1 });
        _bench.Give(SharedBench.Reply(sent, Syn | Ack));
        _bench.Give(SharedBench.FromClient(port, Ack));
        Assert.Equal(FlowRecordState.Established, _bench.Request(FlowRequestKind.Update).Record.State);
        return (sent, record with { Epoch = 1 });
    }

    [Fact]
    public void The_first_fin_and_the_end_are_told_with_the_ports_hold_down()
    {
        (byte[] sent, FlowRecord record) = Connect(40_000);
        _bench.Give(SharedBench.FromClient(40_000, Fin | Ack));
        Assert.Equal(FlowRecordState.Closing, _bench.Request(FlowRequestKind.Update).Record.State);
        _bench.Give(SharedBench.Reply(sent, Fin | Ack, sequence: 90_001, acknowledgement: 5_002));
        Assert.Empty(_bench.Requests());
        _bench.Give(SharedBench.FromClient(40_000, Ack, 5_002, 90_002));
        FlowRecord close = _bench.Request(FlowRequestKind.Close).Record;
        Assert.Equal(record with { State = FlowRecordState.Tombstone, IdleTimeoutSeconds = 2 }, close);
        _bench.Pass(3);
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void A_reset_is_told_with_two_seconds_and_an_idle_end_with_sixty_five()
    {
        Connect(40_000);
        _bench.Give(SharedBench.FromClient(40_000, Rst, 5_001));
        Assert.Equal(2, _bench.Request(FlowRequestKind.Close).Record.IdleTimeoutSeconds);
        Connect(40_001);
        _bench.Pass(357);
        Assert.Equal(65, _bench.Requests()[^1].Record.IdleTimeoutSeconds);
    }

    [Fact]
    public void A_removed_listener_ends_its_flows_in_the_directory()
    {
        (_, FlowRecord record) = Connect(40_000);
        _bench.Use(Bench.Model() with { Vips = [] });
        _bench.Pass(0.1);
        FlowRequest close = _bench.Request(FlowRequestKind.Close);
        Assert.Equal((record.Forward, record.Incarnation), (close.Key, close.Record.Incarnation));
    }

    [Fact]
    public void A_living_connection_is_refreshed_once_a_minute()
    {
        Connect(40_000);
        var updates = new List<long>();
        for (int second = 0; second < 400; second++)
        {
            _bench.Give(SharedBench.FromClient(40_000, Ack));
            _bench.Pass(1);
            foreach (FlowRequest request in _bench.Requests())
            {
                Assert.Equal(FlowRequestKind.Update, request.Kind);
                Assert.Equal(FlowRecordState.Established, request.Record.State);
                updates.Add(second);
            }
        }
        Assert.InRange(updates.Count, 5, 7);
        Assert.All(updates.Zip(updates.Skip(1), (a, b) => b - a), gap => Assert.InRange(gap, 59, 68));
    }

    [Fact]
    public void A_close_that_finds_no_room_is_told_later_and_the_port_waits_for_it()
    {
        using var bench = new SharedBench(ring: 2);
        byte[] sent = Assert.Single(bench.Give(Bench.Syn(40_000)));
        FlowRecord record = bench.Request(FlowRequestKind.Insert).Record;
        bench.Give(Bench.Syn(1));
        bench.Give(Bench.Syn(2));
        bench.Give(SharedBench.FromClient(40_000, Rst, 1_001));
        Assert.Equal(1ul, bench.Count(PacketCounter.DirectoryFull));
        bench.Pass(3);
        Assert.Equal(FlowState.Closed, bench.State(record.Reverse));
        Assert.All(bench.Requests(), request => Assert.Equal(FlowRequestKind.Insert, request.Kind));
        bench.Pass(0.2);
        FlowRequest close = bench.Request(FlowRequestKind.Close);
        Assert.Equal((record.Incarnation, FlowRecordState.Tombstone), (close.Record.Incarnation, close.Record.State));
        Assert.Null(bench.State(record.Reverse));
        Assert.NotNull(sent);
        bench.ExpectTrueCounts();
    }

    [Fact]
    public void A_syn_on_a_closed_connection_is_a_new_incarnation()
    {
        (_, FlowRecord first) = Connect(40_000);
        _bench.Give(SharedBench.FromClient(40_000, Fin | Ack));
        _bench.Requests();
        byte[] sent = Assert.Single(_bench.Give(Bench.Syn(40_000)));
        List<FlowRequest> requests = _bench.Requests();
        Assert.Equal([FlowRequestKind.Close, FlowRequestKind.Insert], requests.Select(request => request.Kind));
        Assert.Equal(first.Incarnation, requests[0].Record.Incarnation);
        Assert.True(requests[1].Record.Incarnation > first.Incarnation);
        Assert.Equal(0u, requests[1].Record.Epoch);
        Assert.NotEqual(first.Reverse, requests[1].Record.Reverse);
        Assert.Empty(_bench.Give(SharedBench.Reply(sent, Syn | Ack)));
        Assert.Single(_bench.Answer(FlowAnswerKind.Won, requests[1].Record));
    }

    [Fact]
    public void A_flow_whose_target_left_the_model_goes_on_and_counts_for_its_listener_alone()
    {
        FlowRecord record = SharedBench.RecordOf(40_000, owner: SharedBench.Self, start: SharedBench.Start) with
        {
            TargetId = 999,
        };
        _bench.Answer(FlowAnswerKind.Own, record);
        byte[] sent = Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        _bench.Pass(40);
        Assert.Equal(1ul, _bench.Listeners().ActiveFlows);
        Assert.Equal(FlowRecordState.Established, _bench.Request(FlowRequestKind.Update).Record.State);
        _bench.Give(SharedBench.Reply(sent, Rst, 90_001));
        FlowRecord close = _bench.Request(FlowRequestKind.Close).Record;
        Assert.Equal((record.Incarnation, 4u, 999u), (close.Incarnation, close.Epoch, close.TargetId));
        _bench.Pass(3);
        Assert.Equal(0ul, _bench.Listeners().ActiveFlows);
        Assert.Null(_bench.State(record.Reverse));
    }
}
