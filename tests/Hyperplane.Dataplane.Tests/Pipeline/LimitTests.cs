using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class LimitTests
{
    [Fact]
    public void A_syn_flood_fills_its_own_places_and_harms_no_established_flow()
    {
        var bench = new Bench(flows: 64, halfOpen: 16);
        Conversation tcp = bench.Connect();
        for (ushort port = 1; port <= 16; port++)
            Assert.Equal(PacketCounter.Forwarded, bench.Send(Bench.Syn(port)));
        for (ushort port = 17; port <= 2_000; port++)
            Assert.Equal(PacketCounter.DropHalfOpenFull, bench.Send(Bench.Syn(port)));
        Assert.Equal(FlowState.Established, tcp.State);
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(TcpFlags.Ack, 10));
        Assert.Equal(PacketCounter.Forwarded, bench.Send(Bench.Datagram(1)));
        bench.Pass(10.2);
        Assert.Equal(PacketCounter.Forwarded, bench.Send(Bench.Syn(3_000)));
    }

    [Fact]
    public void A_flood_of_single_datagrams_harms_no_handshake()
    {
        var bench = new Bench(flows: 64, halfOpen: 16);
        for (ushort port = 1; port <= 16; port++)
            Assert.Equal(PacketCounter.Forwarded, bench.Send(Bench.Datagram(port)));
        Assert.Equal(PacketCounter.DropHalfOpenFull, bench.Send(Bench.Datagram(17)));
        bench.Connect();
    }

    [Fact]
    public void A_full_table_refuses_new_flows_and_keeps_the_old_ones()
    {
        var bench = new Bench(flows: 8, halfOpen: 16);
        Conversation waiting = new(bench, 999);
        waiting.FromClient(TcpFlags.Syn);
        waiting.FromTarget(TcpFlags.Syn | TcpFlags.Ack);
        Conversation[] connected = [.. Enumerable.Range(1, 8).Select(port => bench.Connect((ushort)port))];
        Assert.Equal(PacketCounter.DropFlowTableFull, bench.Send(Bench.Syn(100)));
        Assert.Equal(PacketCounter.DropFlowTableFull, bench.Send(Bench.Datagram(100)));
        Assert.Equal(PacketCounter.DropFlowTableFull, waiting.FromClient(TcpFlags.Ack));
        Assert.All(connected, tcp => Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(TcpFlags.Ack, 5)));
        connected[0].FromClient(TcpFlags.Rst);
        Assert.Equal(PacketCounter.Forwarded, waiting.FromClient(TcpFlags.Ack));
        Assert.Equal(FlowState.Established, waiting.State);
    }

    [Fact]
    public void A_datagram_that_would_establish_one_flow_too_many_is_dropped_and_may_come_again()
    {
        var bench = new Bench(flows: 2, halfOpen: 16);
        Assert.Equal(PacketCounter.Forwarded, bench.Send(Bench.Datagram(1)));
        Conversation first = bench.Connect(1);
        bench.Connect(2);
        Assert.Equal(PacketCounter.DropFlowTableFull, bench.Send(Bench.Datagram(1)));
        Assert.Equal((2, 1), (bench.Flows.Count(FlowPool.Established), bench.Flows.Count(FlowPool.Unconfirmed)));
        first.FromClient(TcpFlags.Rst);
        Assert.Equal(PacketCounter.Forwarded, bench.Send(Bench.Datagram(1)));
        Assert.Equal(2, bench.Flows.Count(FlowPool.Established));
    }

    [Fact]
    public void Flows_in_hold_down_give_way_oldest_first_and_never_refuse_a_new_one()
    {
        var bench = new Bench(flows: 4, halfOpen: 2);
        var closed = new List<Conversation>();
        for (ushort port = 1; port <= 100; port++)
        {
            Conversation tcp = bench.Connect(port);
            tcp.FromTarget(TcpFlags.Fin | TcpFlags.Ack);
            tcp.FromClient(TcpFlags.Fin | TcpFlags.Ack);
            tcp.FromTarget(TcpFlags.Ack);
            closed.Add(tcp);
            bench.Pass(0.1);
        }
        Assert.Equal(8, bench.Flows.Count(FlowPool.HoldDown));
        Assert.All(closed[..92], tcp => Assert.Null(tcp.State));
        Assert.All(closed[92..], tcp => Assert.Equal(FlowState.Closed, tcp.State));
        Assert.Equal(0ul, bench.Listener(Bench.TcpListener).ActiveFlows);
    }

    [Fact]
    public void When_all_ports_towards_a_target_are_taken_the_flow_is_refused_by_name()
    {
        var bench = new Bench(ports: (2_000, 2_009), model: Bench.Model(Bench.Target(1, "10.0.0.1")));
        Conversation[] connected = [.. Enumerable.Range(1, 10).Select(port => bench.Connect((ushort)port))];
        Assert.Equal(10, connected.Select(tcp => tcp.SnatPort).Distinct().Count());
        Assert.All(connected, tcp => Assert.InRange(tcp.SnatPort, 2_000, 2_009));
        Assert.Equal(PacketCounter.DropNoPort, bench.Send(Bench.Syn(50)));
        Assert.Equal(PacketCounter.Forwarded, bench.Send(Bench.Datagram(50)));
        connected[3].FromClient(TcpFlags.Rst);
        Assert.Equal(PacketCounter.DropNoPort, bench.Send(Bench.Syn(50)));
        bench.Pass(1.1);
        Conversation next = bench.Connect(50);
        Assert.Equal(connected[3].SnatPort, next.SnatPort);
    }

    [Fact]
    public void One_port_serves_many_targets_at_once()
    {
        var bench = new Bench(ports: (2_000, 2_003));
        var ports = new HashSet<(string, ushort)>();
        int opened = 0;
        for (ushort port = 1; port < 200; port++)
        {
            var tcp = new Conversation(bench, port);
            if (tcp.FromClient(TcpFlags.Syn) != PacketCounter.Forwarded)
                continue;
            Assert.True(ports.Add((tcp.TargetAddress, tcp.SnatPort)));
            opened++;
        }
        Assert.Equal(12, opened);
    }

    [Fact]
    public void A_flow_that_the_cache_has_no_room_for_stays_in_the_pipeline_until_there_is()
    {
        var bench = new Bench(cacheEntries: 3);
        Conversation first = bench.Connect(1);
        Conversation second = bench.Connect(2);
        Assert.Equal([first.Forward, first.Reverse], bench.Cache.Keys.ToHashSet());
        Assert.Equal(PacketCounter.Forwarded, second.FromTarget(TcpFlags.Ack, 10));
        first.FromClient(TcpFlags.Rst);
        bench.Pass(1.1);
        Assert.Equal(PacketCounter.Forwarded, second.FromTarget(TcpFlags.Ack, 10));
        Assert.Equal([second.Forward, second.Reverse], bench.Cache.Keys.ToHashSet());
    }
}
