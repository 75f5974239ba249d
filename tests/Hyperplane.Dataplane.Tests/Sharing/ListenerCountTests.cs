using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Resets by who made them, and drops by reason, at the listener that they are of.</summary>
public sealed class ListenerCountTests : IDisposable
{
    private readonly Wiretap _wire = new();

    private SharedBench Node => _wire.Bench;

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reset_that_goes_on_counts_for_its_side(bool isClients)
    {
        FlowSide from = isClients ? FlowSide.Client : FlowSide.Target;
        _wire.Connect(5_000);
        _wire.Send(from, (isClients ? _wire.Client : _wire.Target).Abort());
        Expect(isClients ? new ResetCounters(1, 0, 0) : new ResetCounters(0, 1, 0));
        Assert.Equal(default, Node.Listeners(Bench.UdpListener).Resets);
    }

    [Fact]
    public void A_reset_of_no_flows_right_number_counts_as_a_drop()
    {
        Node.Give(Bench.Syn(40_001));
        Node.Give(SharedBench.FromClient(40_001, TcpFlags.Rst, sequence: 77));
        Expect(default);
        Assert.Equal([(PacketCounter.DropNoFlow, 1ul)], Drops(Bench.TcpListener));
    }

    [Fact]
    public void Flows_that_the_node_ends_count_a_reset_for_either_end()
    {
        _wire.Connect(5_000);
        Node.Use(Bench.Model(
            [.. Enumerable.Range(1, 3).Select(i => Bench.Target((uint)i, $"10.0.0.{i}") with { Ends = true })]));
        _wire.Pass(1);
        Expect(new ResetCounters(0, 0, 2));
        Assert.Equal(2ul, Node.Count(PacketCounter.ResetSent));
    }

    [Fact]
    public void A_segment_that_nobody_expects_counts_as_a_drop_and_its_answer_as_a_reset()
    {
        Node.Give(SharedBench.FromClient(40_001, TcpFlags.Ack));
        Node.Requests();
        Assert.Single(Node.Answer(FlowAnswerKind.Absent, Frame.Key(Bench.Client, 40_001, Bench.Vip, 80)));
        Assert.Equal(new ResetCounters(0, 0, 1), Node.Listeners().Resets);
        Assert.Equal([(PacketCounter.DropNoFlow, 1ul)], Drops(Bench.TcpListener));

        // Whose listener it was cannot be told from the target's side.
        var back = new Frame("10.0.0.2", 8_080, SharedBench.OtherSnat, 7_000) { Acknowledgement = 12 };
        Node.Give(back);
        Assert.Single(Node.Answer(FlowAnswerKind.Absent, Node.Request(FlowRequestKind.LookUp).Key));
        Assert.Equal((1ul, 2ul), (Node.Listeners().Resets.Own, Node.Count(PacketCounter.ResetSent)));
    }

    [Fact]
    public void What_may_not_begin_counts_at_its_listener_by_reason()
    {
        Node.Use(Bench.Model().For(Bench.Lists("", "192.0.2.0/24")));
        Node.Give(Bench.Syn(1));
        Node.Give(Bench.Syn(2));
        Node.Use(Bench.Model([Bench.Target(1, "10.0.0.1", weight: 0)]));
        Node.Give(Bench.Syn(3));
        Node.Give(Bench.Syn(4) with { Flags = TcpFlags.Syn | TcpFlags.Fin });
        Assert.Equal(
            [
                (PacketCounter.DropNoTarget, 1ul), (PacketCounter.DropNotAllowed, 2), (PacketCounter.DropTcpFlags, 1),
            ],
            Drops(Bench.TcpListener));
        Assert.Empty(Drops(Bench.UdpListener));
    }

    [Fact]
    public void What_the_directory_does_not_answer_for_counts_at_its_listener()
    {
        Node.Give(SharedBench.FromClient(40_001, TcpFlags.Ack));
        Node.Answer(FlowAnswerKind.Unavailable, Frame.Key(Bench.Client, 40_001, Bench.Vip, 80));
        Node.Give(SharedBench.FromClient(40_002, TcpFlags.Ack));
        Node.Pass(5);
        Assert.Equal(
            [(PacketCounter.DropDirectoryUnavailable, 1ul), (PacketCounter.DropDirectoryTimeout, 1)],
            Drops(Bench.TcpListener));
        Node.Requests();
    }

    [Fact]
    public void A_targets_frame_that_its_flow_refuses_counts_at_the_flows_listener()
    {
        byte[] syn = Assert.Single(Node.Give(Bench.Syn(40_001)));
        Node.Give(SharedBench.Reply(syn, TcpFlags.Syn));
        Assert.Equal([(PacketCounter.DropTcpFlags, 1ul)], Drops(Bench.TcpListener));
        Node.Requests();
    }

    [Fact]
    public void A_slot_that_another_listener_gets_counts_from_zero()
    {
        Node.Give(Bench.Syn(4) with { Flags = TcpFlags.Syn | TcpFlags.Fin });
        Assert.NotEmpty(Drops(Bench.TcpListener));
        Node.Use(Bench.Model() with { Vips = [] });
        Node.Use(Bench.Model() with { Vips = [] });
        Node.Use(Bench.Model());
        Assert.Empty(Drops(Bench.TcpListener));
    }

    private void Expect(ResetCounters expected)
    {
        DataplaneCounters counters = Node.Pipeline.Counters.Read(Node.Tables, null);
        Assert.Equal(expected, counters.Listeners[Bench.TcpListener].Resets);
        Assert.Equal(
            expected, counters.Targets.Values.Aggregate(default(ResetCounters), (sum, one) => sum + one.Resets));
    }

    private (PacketCounter Reason, ulong Frames)[] Drops(uint listener) =>
        Node.Pipeline.Counters.Read(Node.Tables, null).Drops.TryGetValue(listener, out IReadOnlyList<ulong>? dropped)
            ? [.. ListenerDrops.Reasons.Zip(dropped).Where(one => one.Second > 0)]
            : [];
}
