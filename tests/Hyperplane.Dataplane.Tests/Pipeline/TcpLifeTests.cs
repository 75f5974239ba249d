using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class TcpLifeTests
{
    private const TcpFlags FinAck = Fin | Ack;

    private readonly Bench _bench = new();

    [Fact]
    public void A_handshake_establishes_a_flow_and_caches_both_directions()
    {
        var tcp = new Conversation(_bench, 40_000);
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(Syn));
        Assert.Equal(FlowState.SynSeen, tcp.State);
        Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(Syn | Ack));
        Assert.Equal(FlowState.SynAckSeen, tcp.State);
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(Ack));
        Assert.Equal(FlowState.Established, tcp.State);
        Assert.True(_bench.Cache.TryRead(tcp.Forward, out FlowEntry entry));
        Assert.True(_bench.Cache.TryRead(tcp.Reverse, out FlowEntry back));
        uint slot = (uint)_bench.Tables.ListenerSlots[Bench.TcpListener];
        Assert.Equal((slot * 2, (slot * 2) + 1), (entry.CounterSlot, back.CounterSlot));
        Assert.Equal((1u, 0u), (entry.NextHop, back.NextHop));
    }

    [Fact]
    public void A_repeated_syn_goes_to_the_same_target_from_the_same_port()
    {
        var tcp = new Conversation(_bench, 40_000);
        tcp.FromClient(Syn);
        FlowKey first = tcp.Reverse;
        for (int i = 0; i < 3; i++)
        {
            _bench.Pass(1);
            Assert.Equal(PacketCounter.Forwarded, new Conversation(_bench, 40_000).FromClient(Syn));
        }
        Assert.Equal(first, tcp.Reverse);
        Assert.Equal(1, _bench.Flows.Count(FlowPool.HalfOpen));
        Assert.Equal(1ul, _bench.Listener(Bench.TcpListener).NewFlows);
    }

    [Fact]
    public void A_handshake_that_stops_is_forgotten_after_ten_seconds()
    {
        var tcp = new Conversation(_bench, 40_000);
        tcp.FromClient(Syn);
        _bench.Pass(9.8);
        Assert.Equal(FlowState.SynSeen, tcp.State);
        _bench.Pass(0.3);
        Assert.Equal(FlowState.Held, tcp.State);
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromTarget(Syn | Ack));
        _bench.Pass(2.1);
        Assert.Null(tcp.State);
        Assert.Equal(0ul, _bench.Listener(Bench.TcpListener).ActiveFlows);
    }

    [Fact]
    public void The_syn_ack_gives_the_client_ten_seconds_more()
    {
        var tcp = new Conversation(_bench, 40_000);
        tcp.FromClient(Syn);
        _bench.Pass(9);
        tcp.FromTarget(Syn | Ack);
        _bench.Pass(9);
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(Ack));
        Assert.Equal(FlowState.Established, tcp.State);
    }

    [Fact]
    public void An_ack_that_does_not_answer_the_syn_ack_establishes_nothing()
    {
        var tcp = new Conversation(_bench, 40_000);
        tcp.FromClient(Syn);
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromClient(Ack));
        tcp.FromTarget(Syn | Ack);
        tcp.ClientAcknowledges = tcp.TargetNext - 1;
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromClient(Ack));
        tcp.ClientAcknowledges = tcp.TargetNext + 2_000_000;
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromClient(Ack));
        Assert.Equal(FlowState.SynAckSeen, tcp.State);
        tcp.ClientAcknowledges = null;
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(Ack));
    }

    [Fact]
    public void When_the_client_closes_first_the_port_is_held_briefly()
    {
        Conversation tcp = _bench.Connect();
        Assert.Equal(2, _bench.Cache.Count);
        tcp.FromClient(FinAck);
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(FlowState.Closing, tcp.State);
        tcp.FromTarget(FinAck);
        Assert.Equal(FlowState.Closing, tcp.State);
        tcp.FromClient(Ack);
        Assert.Equal(FlowState.Closed, tcp.State);
        Assert.Equal(0ul, _bench.Listener(Bench.TcpListener).ActiveFlows);
        _bench.Pass(1.8);
        Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(Ack));
        _bench.Pass(0.4);
        Assert.Null(tcp.State);
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromTarget(Ack));
    }

    [Fact]
    public void When_the_target_closes_first_the_port_is_held_over_its_time_wait()
    {
        Conversation tcp = _bench.Connect();
        tcp.FromTarget(FinAck);
        tcp.FromClient(Ack);
        tcp.FromClient(FinAck);
        Assert.Equal(FlowState.Closing, tcp.State);
        tcp.FromTarget(Ack);
        Assert.Equal(FlowState.Closed, tcp.State);
        _bench.Pass(64);
        Assert.Equal(FlowState.Closed, tcp.State);
        _bench.Pass(1.2);
        Assert.Null(tcp.State);
    }

    [Fact]
    public void When_both_close_at_once_the_target_waits_too()
    {
        Conversation tcp = _bench.Connect();
        uint beforeFin = tcp.ClientNext;
        tcp.FromClient(FinAck);
        tcp.TargetAcknowledges = beforeFin;
        tcp.FromTarget(FinAck);
        tcp.TargetAcknowledges = null;
        tcp.FromClient(Ack);
        Assert.Equal(FlowState.Closing, tcp.State);
        tcp.FromTarget(Ack);
        Assert.Equal(FlowState.Closed, tcp.State);
        _bench.Pass(10);
        Assert.Equal(FlowState.Closed, tcp.State);
    }

    [Fact]
    public void A_half_closed_connection_goes_on_carrying_data()
    {
        Conversation tcp = _bench.Connect();
        tcp.FromClient(FinAck);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(Ack, 100));
            Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(Ack));
        }
        Assert.Equal(FlowState.Closing, tcp.State);
        Assert.Equal(0, _bench.Cache.Count);
    }

    [Fact]
    public void A_fin_that_is_not_acknowledged_keeps_the_flow_until_it_is()
    {
        Conversation tcp = _bench.Connect();
        tcp.FromClient(FinAck);
        tcp.FromTarget(FinAck);
        tcp.ClientAcknowledges = tcp.TargetNext - 1;
        tcp.FromClient(Ack);
        Assert.Equal(FlowState.Closing, tcp.State);
        _bench.Pass(128);
        Assert.Equal(FlowState.Held, tcp.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reset_from_either_side_ends_the_flow_within_a_second(bool byClient)
    {
        Conversation tcp = _bench.Connect();
        Assert.Equal(PacketCounter.Forwarded, byClient ? tcp.FromClient(Rst) : tcp.FromTarget(Rst | Ack));
        Assert.Equal(FlowState.Closed, tcp.State);
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(PacketCounter.Forwarded, byClient ? tcp.FromTarget(Ack, 10) : tcp.FromClient(Ack, 10));
        _bench.Pass(1.1);
        Assert.Null(tcp.State);
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromClient(Ack));
    }

    [Fact]
    public void A_reset_of_a_handshake_ends_it()
    {
        var tcp = new Conversation(_bench, 40_000);
        tcp.FromClient(Syn);
        Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(Rst | Ack));
        Assert.Equal(0, _bench.Flows.Count(FlowPool.HalfOpen));
        Assert.Equal(0ul, _bench.Listener(Bench.TcpListener).ActiveFlows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_late_reset_of_the_connection_before_does_not_end_a_handshake(bool isAnswered)
    {
        var tcp = new Conversation(_bench, 40_000);
        tcp.FromClient(Syn);
        if (isAnswered)
            tcp.FromTarget(Syn | Ack);
        Frame reset = Bench.Syn(40_000) with { Flags = Rst, Sequence = tcp.ClientNext - 70_000 };
        Assert.Equal(PacketCounter.DropNoFlow, _bench.Send(reset));
        Assert.Equal(isAnswered ? FlowState.SynAckSeen : FlowState.SynSeen, tcp.State);
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(reset with { Sequence = tcp.ClientNext }));
        Assert.Equal(FlowState.Closed, tcp.State);
    }

    [Fact]
    public void A_client_that_reuses_its_port_gets_a_new_flow_and_the_old_port_stays_held()
    {
        Conversation old = _bench.Connect();
        old.FromTarget(FinAck);
        old.FromClient(FinAck);
        old.FromTarget(Ack);
        Assert.Equal(FlowState.Closed, old.State);
        Conversation next = _bench.Connect();
        Assert.Equal(old.TargetAddress, next.TargetAddress);
        Assert.NotEqual(old.SnatPort, next.SnatPort);
        Assert.Equal(FlowState.Held, old.State);
        Assert.Equal(PacketCounter.DropNoFlow, old.FromTarget(Ack));
        Assert.Equal(FlowState.Established, next.State);
        _bench.Pass(66);
        Assert.Null(old.State);
        Assert.Equal(FlowState.Established, next.State);
    }

    [Fact]
    public void A_syn_on_a_closing_flow_begins_another()
    {
        Conversation old = _bench.Connect();
        old.FromClient(FinAck);
        Conversation next = _bench.Connect();
        Assert.NotEqual(old.Reverse, next.Reverse);
        Assert.Equal(FlowState.Held, old.State);
        Assert.Equal(1ul, _bench.Listener(Bench.TcpListener).ActiveFlows);
    }

    [Fact]
    public void A_syn_on_an_established_flow_goes_to_its_target()
    {
        Conversation tcp = _bench.Connect();
        FlowKey before = tcp.Reverse;
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(Syn));
        Assert.Equal(before, tcp.Reverse);
        Assert.Equal(FlowState.Established, tcp.State);
    }

    [Theory]
    [InlineData(Syn | Fin)]
    [InlineData(Syn | Rst)]
    [InlineData(Syn | Fin | Rst | Ack | Psh | Urg)]
    [InlineData(None)]
    [InlineData(Fin)]
    [InlineData(Psh | Urg)]
    public void Flags_that_no_state_allows_are_dropped_by_name(TcpFlags flags)
    {
        Conversation tcp = _bench.Connect();
        Assert.Equal(PacketCounter.DropTcpFlags, tcp.FromClient(flags));
        Assert.Equal(PacketCounter.DropTcpFlags, tcp.FromTarget(flags));
        Assert.Equal(FlowState.Established, tcp.State);
        Assert.Equal(PacketCounter.DropTcpFlags, _bench.Send(Bench.Syn(50_000) with { Flags = flags }));
    }

    [Fact]
    public void A_syn_from_a_target_and_a_syn_ack_from_a_client_are_dropped()
    {
        Conversation tcp = _bench.Connect();
        Assert.Equal(PacketCounter.DropTcpFlags, tcp.FromTarget(Syn));
        Assert.Equal(PacketCounter.DropTcpFlags, tcp.FromClient(Syn | Ack));
        Assert.Equal(PacketCounter.DropNoFlow, _bench.Send(Bench.Syn(50_000) with { Flags = Syn | Ack }));
    }

    [Fact]
    public void Middle_segments_of_unknown_flows_are_dropped_by_name()
    {
        Assert.Equal(PacketCounter.DropNoFlow, _bench.Send(new Frame(Bench.Client, 9, Bench.Vip, 80)));
        Assert.Equal(PacketCounter.DropNoFlow, _bench.Send(new Frame("10.0.0.1", 8_080, Bench.Snat, 2_000)));
        Assert.Equal(0, _bench.Flows.Count(FlowPool.HalfOpen));
    }

    [Fact]
    public void An_idle_connection_is_forgotten_and_its_port_held()
    {
        Conversation tcp = _bench.Connect();
        _bench.Pass(349);
        Assert.Equal(FlowState.Established, tcp.State);
        _bench.Pass(8);
        Assert.Equal(FlowState.Held, tcp.State);
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromClient(Ack));
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromTarget(Ack));
        _bench.Pass(66);
        Assert.Null(tcp.State);
    }
}
