using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Flows in mode dsr and the directory's word on them.</summary>
public sealed class DirectReturnTests : IDisposable
{
    private static readonly TunnelPath Path = new(TunnelKind.Gre, 0, 0x010203);

    private readonly SharedBench _bench = new();

    public DirectReturnTests() => Use("10.0.0.2");

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    [Fact]
    public void The_SYN_waits_for_the_decision_and_tells_all_that_another_node_needs()
    {
        FlowRecord record = Open(40_000);
        Assert.True(record.IsDirect);
        Assert.Equal(Path.To(Frame.Address("10.0.0.2"), 6), record.Translation);
        Assert.Equal(record.Forward.Opposite(), record.Reverse);
        Assert.Equal(Frame.Address("10.0.0.2"), TargetOf(_bench.Answer(FlowAnswerKind.Won, Decided(record))));
        Assert.Equal(Frame.Address("10.0.0.2"), TargetOf(_bench.Give(SharedBench.FromClient(40_000, Syn))));
        Assert.Equal(Frame.Address("10.0.0.2"), TargetOf(_bench.Give(SharedBench.FromClient(40_000, Ack))));
        Assert.Equal(FlowRecordState.Established, _bench.Request(FlowRequestKind.Update).Record.State);
    }

    [Fact]
    public void Without_a_word_the_SYN_leaves_after_five_milliseconds()
    {
        Open(40_000);
        Assert.Empty(_bench.Pass(0.0049, 0.0049));
        Assert.Single(_bench.Pass(0.0002, 0.0001));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Unreplicated));
    }

    [Fact]
    public void A_loser_relays_the_SYN_that_waited_to_the_flow_that_is_the_one()
    {
        Open(40_000);
        FlowRecord winner = RecordOf(40_000, "10.0.0.9");
        byte[] relayed = Assert.Single(_bench.Answer(FlowAnswerKind.Lost, winner));
        Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
        Assert.Equal(winner.Forward, Frame.KeyOf(relayed));
        Assert.Equal(1ul, _bench.Count(PacketCounter.Relayed));
        // The same translation makes no difference: there is no port to lend.
        Open(40_001);
        Assert.Single(_bench.Answer(FlowAnswerKind.Lost, RecordOf(40_001, "10.0.0.2")));
        Assert.Equal(0, _bench.Flows.Count(FlowPool.HalfOpen));
    }

    [Fact]
    public void A_flow_that_was_claimed_goes_on_into_its_tunnel_whatever_the_targets_are_now()
    {
        Assert.Empty(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(FlowRequestKind.LookUp, Assert.Single(_bench.Requests()).Kind);
        FlowRecord record = RecordOf(40_000, "10.0.0.9") with
        {
            OwnerNode = SharedBench.Self, OwnerStart = SharedBench.Start,
        };
        Assert.Equal(Frame.Address("10.0.0.9"), TargetOf(_bench.Answer(FlowAnswerKind.Own, record)));
        FlowKey key = Assert.Single(_bench.Cache.Keys);
        Assert.Equal(record.Forward, key);
        Assert.True(_bench.Cache.TryRead(key, out FlowEntry entry));
        Assert.Equal(Path, entry.Tunnel);
    }

    [Fact]
    public void A_SYN_that_waited_goes_by_the_flow_that_the_directory_says_is_ours()
    {
        Open(40_000);
        FlowRecord record = RecordOf(40_000, "10.0.0.9") with
        {
            OwnerNode = SharedBench.Self, OwnerStart = SharedBench.Start,
        };
        Assert.Equal(Frame.Address("10.0.0.9"), TargetOf(_bench.Answer(FlowAnswerKind.Own, record)));
        Assert.Equal(Frame.Address("10.0.0.9"), TargetOf(_bench.Give(SharedBench.FromClient(40_000, Ack))));
    }

    [Fact]
    public void A_displaced_owner_relays()
    {
        FlowRecord record = Decided(Open(40_000));
        _bench.Answer(FlowAnswerKind.Won, record);
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        _bench.Answer(
            FlowAnswerKind.Displaced,
            record with { OwnerNode = SharedBench.Peer, OwnerStart = SharedBench.PeerStart, Epoch = 10 });
        Assert.Empty(_bench.Cache.Keys);
        byte[] relayed = Assert.Single(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
    }

    [Fact]
    public void The_end_is_told_and_nothing_is_held()
    {
        _bench.Answer(FlowAnswerKind.Won, Decided(Open(40_000)));
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        _bench.Give(SharedBench.FromClient(40_000, Fin | Ack));
        Assert.Equal(FlowRecordState.Closing, _bench.Requests().Last().Record.State);
        _bench.Pass(130);
        Assert.Equal(FlowRequestKind.Close, _bench.Requests().Last().Kind);
        Assert.Null(_bench.State(SharedBench.FromClient(40_000, Ack).Key()));
        Assert.Equal(0, _bench.Flows.Count(FlowPool.HoldDown));
    }

    [Fact]
    public void An_unknown_flow_is_reset_as_in_mode_nat()
    {
        _bench.Give(SharedBench.FromClient(40_000, Ack));
        byte[] reset = Assert.Single(_bench.Answer(
            FlowAnswerKind.Absent, SharedBench.FromClient(40_000, Ack).Key()));
        Assert.Equal(Frame.Key(Bench.Vip, 80, Bench.Client, 40_000), Frame.KeyOf(reset));
    }

    [Fact]
    public void When_a_targets_flows_end_their_clients_are_reset()
    {
        _bench.Answer(FlowAnswerKind.Won, Decided(Open(40_000)));
        _bench.Give(SharedBench.FromClient(40_000, Ack, acknowledgement: 777));
        Use("10.0.0.2", ends: true);
        byte[] reset = Assert.Single(_bench.Pass(0.1));
        Assert.Equal(Frame.Key(Bench.Vip, 80, Bench.Client, 40_000), Frame.KeyOf(reset));
        Assert.Null(_bench.State(SharedBench.FromClient(40_000, Ack).Key()));
    }

    private static FlowRecord Decided(FlowRecord record) => record with { Epoch = 9 };

    private static FlowRecord RecordOf(ushort port, string target)
    {
        FlowKey path = Path.To(Frame.Address(target), 6);
        return SharedBench.RecordOf(port) with
        {
            Target = path.Source, Snat = path.Destination, TargetPortBe = path.SourcePortBe,
            SnatPortBe = path.DestinationPortBe,
        };
    }

    private static PacketAddress TargetOf(IReadOnlyList<byte[]> sent) => Frame.Read(Assert.Single(sent)).Destination;

    private FlowRecord Open(ushort port)
    {
        Assert.Empty(_bench.Give(Bench.Syn(port)));
        return _bench.Request(FlowRequestKind.Insert).Record;
    }

    private void Use(string target, bool ends = false) => _bench.Use(Bench.Model() with
    {
        TunnelSources = [IPAddress.Parse("172.16.0.3")],
        TargetGroups =
        [
            new TargetGroupModel(
                5, [Bench.Target(2, target) with { Ends = ends }], TargetSelection.FiveTuple,
                new TunnelModel(Path.Kind, NetworkId: Path.NetworkId)),
        ],
    });
}
