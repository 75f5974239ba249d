using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Between nodes: only who begins a flow asks the listener's lists.</summary>
public sealed class SourceListTests : IDisposable
{
    private static readonly FlowKey Datagrams = Frame.Key(Bench.Client, 5_000, Bench.Vip, 53, 17);
    private static readonly FlowKey Connection = Frame.Key(Bench.Client, 40_000, Bench.Vip, 80);

    private readonly SharedBench _bench = new();

    public SourceListTests() => _bench.Use(Bench.Model().For(Bench.Lists("", "192.0.2.0/24")));

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    [Fact]
    public void A_datagram_that_nobody_has_a_flow_for_begins_none()
    {
        Assert.Empty(_bench.Give(Bench.Datagram(5_000, 1)));
        _bench.Request(FlowRequestKind.LookUpQuickly);
        Assert.Empty(_bench.Answer(FlowAnswerKind.Absent, Datagrams));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropNotAllowed));
        Assert.Null(_bench.State(Datagrams));
    }

    [Fact]
    public void A_syn_asks_nobody_and_begins_nothing_here_or_relayed_by_a_peer()
    {
        Assert.Empty(_bench.Give(Bench.Syn(40_000)));
        Assert.Empty(_bench.Give(Bench.Syn(40_000), relayedBy: SharedBench.Peer));
        Assert.Empty(_bench.Requests());
        Assert.Equal(2ul, _bench.Count(PacketCounter.DropNotAllowed));
        Assert.Null(_bench.State(Connection));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(17)]
    public void A_flow_that_began_elsewhere_is_carried_on(byte protocol)
    {
        FlowRecord record = SharedBench.RecordOf(
            5_000, protocol: protocol, owner: SharedBench.Self, start: SharedBench.Start);
        Assert.Empty(_bench.Give(Segment(protocol)));
        Assert.Single(_bench.Requests());
        Assert.Single(_bench.Answer(FlowAnswerKind.Own, record));
        Assert.Single(_bench.Give(Segment(protocol)));
        Assert.Equal(0ul, _bench.Count(PacketCounter.DropNotAllowed));
    }

    [Theory]
    [InlineData(TcpFlags.Ack)]
    [InlineData(TcpFlags.Syn)]
    public void A_frame_of_another_nodes_flow_is_relayed(TcpFlags flags)
    {
        _bench.Give(SharedBench.FromClient(40_000, TcpFlags.Ack));
        Assert.Single(_bench.Answer(FlowAnswerKind.Relay, SharedBench.RecordOf(40_000)));
        byte[] relayed = Assert.Single(_bench.Give(SharedBench.FromClient(40_000, flags)));
        Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
    }

    private static Frame Segment(byte protocol) =>
        protocol == 6 ? SharedBench.FromClient(5_000, TcpFlags.Ack) : Bench.Datagram(5_000, 1);
}
