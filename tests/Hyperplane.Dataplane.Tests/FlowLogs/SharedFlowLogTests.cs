using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using Hyperplane.Dataplane.Tests.Sharing;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.FlowLogs;

/// <summary>Flows that several nodes have, one after the other: each tells its part.</summary>
public sealed class SharedFlowLogTests : IDisposable
{
    private readonly FlowLogQueue _queue = new();
    private readonly SharedBench _bench;

    public SharedFlowLogTests()
    {
        _bench = new SharedBench(options: new DataplaneOptions { Interface = "none", FlowLog = _queue });
        _bench.Use(FlowLogTests.Logging(Bench.Model()));
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_flow_that_another_node_carries_on_is_told_as_moved()
    {
        FlowRecord record = Begin(out byte[] sent);
        _bench.Answer(FlowAnswerKind.Won, record with { Epoch = 1 });
        _bench.Give(SharedBench.Reply(sent, Syn | Ack));
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        _bench.Answer(FlowAnswerKind.Displaced, OfPeer(record, epoch: 2));
        Assert.True(_queue.TryRead(out FlowLogRecord told));
        Assert.Equal((FlowEnd.Moved, 2ul, 1ul), (told.End, told.Counts.PacketsIn, told.Counts.PacketsOut));
        Assert.False(_queue.TryRead(out _));
    }

    [Fact]
    public void A_flow_that_another_node_began_first_is_that_nodes_to_tell()
    {
        FlowRecord record = Begin(out _);
        FlowRecord theirs = OfPeer(record, epoch: 1);
        theirs.Incarnation++;
        _bench.Answer(FlowAnswerKind.Lost, theirs);
        Assert.False(_queue.TryRead(out _));
    }

    [Fact]
    public void A_flow_that_was_another_nodes_says_so()
    {
        FlowRecord record = SharedBench.RecordOf(40_000);
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        _bench.Answer(FlowAnswerKind.Own, record.Forward, record with
        {
            OwnerNode = SharedBench.Self, OwnerStart = SharedBench.Start, Epoch = 2,
        });
        Assert.Equal(FlowState.Established, _bench.State(record.Forward));
        _bench.Pass(400);
        Assert.True(_queue.TryRead(out FlowLogRecord told));
        Assert.Equal((FlowEnd.Idle, FlowLogMarks.CarriedOn), (told.End, told.Marks));
        Assert.Equal((1ul, record.TargetId), (told.Counts.PacketsIn, told.TargetId));
    }

    private FlowRecord Begin(out byte[] sent)
    {
        sent = Assert.Single(_bench.Give(Bench.Syn(40_000)));
        return _bench.Request(FlowRequestKind.Insert).Record;
    }

    private static FlowRecord OfPeer(FlowRecord record, uint epoch) => record with
    {
        OwnerNode = SharedBench.Peer, OwnerStart = SharedBench.PeerStart, Epoch = epoch,
    };
}
