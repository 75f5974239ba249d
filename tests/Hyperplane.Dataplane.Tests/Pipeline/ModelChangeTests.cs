using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class ModelChangeTests
{
    private readonly Bench _bench = new();

    private string[] NewTargets(int flows = 60)
    {
        var targets = new HashSet<string>();
        for (int i = 0; i < flows; i++)
        {
            var tcp = new Conversation(_bench, (ushort)(10_000 + i));
            Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(TcpFlags.Syn));
            targets.Add(tcp.TargetAddress);
            tcp.FromClient(TcpFlags.Rst);
        }
        _bench.Pass(1.1);
        return [.. targets.Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Only_usable_targets_get_new_flows()
    {
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], NewTargets());
        _bench.Use(Bench.Model(
            Bench.Target(1, "10.0.0.1"), Bench.Target(2, "10.0.0.2", healthy: false),
            Bench.Target(3, "10.0.0.3", draining: true), Bench.Target(4, "10.0.0.4", weight: 0)));
        Assert.Equal(["10.0.0.1"], NewTargets());
    }

    [Fact]
    public void With_no_usable_target_all_that_are_not_draining_and_have_a_weight_get_flows()
    {
        _bench.Use(Bench.Model(
            Bench.Target(1, "10.0.0.1", healthy: false), Bench.Target(2, "10.0.0.2", healthy: false),
            Bench.Target(3, "10.0.0.3", healthy: false, draining: true),
            Bench.Target(4, "10.0.0.4", healthy: false, weight: 0)));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], NewTargets());
    }

    [Fact]
    public void With_none_left_at_all_the_drop_has_a_name()
    {
        _bench.Use(Bench.Model(Bench.Target(3, "10.0.0.3", draining: true), Bench.Target(4, "10.0.0.4", weight: 0)));
        Assert.Equal(PacketCounter.DropNoTarget, _bench.Send(Bench.Syn(1)));
        Assert.Equal(PacketCounter.DropNoTarget, _bench.Send(Bench.Datagram(1)));
    }

    [Fact]
    public void No_change_of_targets_moves_an_established_flow()
    {
        Conversation[] connected = [.. Enumerable.Range(1, 50).Select(port => _bench.Connect((ushort)port))];
        FlowKey[] before = [.. connected.Select(tcp => tcp.Reverse)];
        _bench.Use(Bench.Model(Bench.Target(9, "10.0.0.9")));
        _bench.Pass(7);
        Assert.All(connected, tcp => Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(TcpFlags.Ack, 10)));
        Assert.All(connected, tcp => Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(TcpFlags.Ack, 10)));
        Assert.Equal(before, connected.Select(tcp => tcp.Reverse));
        Assert.Equal(100, _bench.Cache.Count);
        Assert.Equal(["10.0.0.9"], NewTargets());
    }

    [Fact]
    public void A_syn_on_a_flow_of_a_target_that_left_does_not_go_there()
    {
        _bench.Use(Bench.Model(Bench.Target(1, "10.0.0.1")));
        Conversation tcp = _bench.Connect();
        _bench.Use(Bench.Model(Bench.Target(2, "10.0.0.2")));
        Assert.Equal(PacketCounter.DropTcpFlags, tcp.FromClient(TcpFlags.Syn));
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(TcpFlags.Ack, 10));
        Assert.Equal(FlowState.Established, tcp.State);
        _bench.Use(Bench.Model(Bench.Target(1, "10.0.0.1"), Bench.Target(2, "10.0.0.2")));
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(TcpFlags.Syn));
    }

    [Fact]
    public void A_removed_listener_stops_its_flows_at_once_cached_or_not()
    {
        Conversation tcp = _bench.Connect();
        DataplaneModel model = Bench.Model();
        VipModel vip = model.Vips[0];
        _bench.Use(model with { Vips = [vip with { Listeners = [vip.Listeners[1]] }] });
        Assert.Equal(PacketCounter.DropNoListener, tcp.FromClient(TcpFlags.Ack, 1));
        Assert.Equal(PacketCounter.DropNoFlow, tcp.FromTarget(TcpFlags.Ack, 1));
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(FlowState.Held, tcp.State);
    }

    [Fact]
    public void A_removed_vip_is_purged_from_the_cache_without_any_frame()
    {
        foreach (ushort port in Enumerable.Range(1, 700).Select(port => (ushort)port))
            _bench.Connect(port);
        Assert.Equal(1_400, _bench.Cache.Count);
        _bench.Use(Bench.Model() with { Vips = [] });
        _bench.Pipeline.EndBatch(_bench.NowNs);
        Assert.True(_bench.Pipeline.IsBusy);
        _bench.Pipeline.EndBatch(_bench.NowNs);
        Assert.Equal(0, _bench.Cache.Count);
        Assert.Equal(PacketCounter.DropNoVip, _bench.Send(Bench.Syn(1)));
    }

    [Fact]
    public void A_listener_that_moves_to_another_port_leaves_its_flows_behind()
    {
        Conversation tcp = _bench.Connect();
        DataplaneModel model = Bench.Model();
        VipModel vip = model.Vips[0];
        _bench.Use(model with { Vips = [vip with { Listeners = [vip.Listeners[0] with { Port = 81 }] }] });
        Assert.Equal(PacketCounter.DropNoListener, tcp.FromClient(TcpFlags.Ack, 1));
    }

    [Fact]
    public void Counters_stay_with_their_ids_over_changes_and_a_freed_slot_starts_at_zero()
    {
        _bench.Connect();
        int slot = _bench.Tables.ListenerSlots[Bench.TcpListener];
        DataplaneModel model = Bench.Model();
        VipModel vip = model.Vips[0];
        _bench.Use(model with { Vips = [vip with { Listeners = [vip.Listeners[1], vip.Listeners[0]] }] });
        Assert.Equal(slot, _bench.Tables.ListenerSlots[Bench.TcpListener]);
        Assert.Empty(_bench.Tables.NewListenerSlots);
        Assert.Equal(1ul, _bench.Listener(Bench.TcpListener).NewFlows);

        ListenerModel other = vip.Listeners[0] with { Id = 99 };
        DataplaneModel renamed = model with { Vips = [vip with { Listeners = [other] }] };
        _bench.Use(renamed);
        Assert.NotEqual(slot, _bench.Tables.ListenerSlots[99]);
        _bench.Pass(0.2);
        ListenerModel third = vip.Listeners[0] with { Id = 100, Port = 8_000 };
        _bench.Use(model with { Vips = [vip with { Listeners = [other, third] }] });
        Assert.Contains(_bench.Tables.ListenerSlots[100], _bench.Tables.NewListenerSlots);
        Assert.Equal(default, _bench.Listener(100));
    }

    [Fact]
    public void A_removed_targets_slot_waits_for_its_flows()
    {
        _bench.Use(Bench.Model(Bench.Target(1, "10.0.0.1")));
        _bench.Pass(1);
        _bench.Use(Bench.Model(Bench.Target(1, "10.0.0.1")));
        int slot = _bench.Tables.TargetSlots[1];
        Conversation tcp = _bench.Connect();
        for (uint id = 20; id < 26; id++)
        {
            _bench.Use(Bench.Model(Bench.Target(id, "10.0.0.2")));
            Assert.NotEqual(slot, _bench.Tables.TargetSlots[id]);
        }
        tcp.FromClient(TcpFlags.Rst);
        _bench.Pass(1.2);
        var slots = new HashSet<int>();
        for (uint id = 30; id < 38; id++)
        {
            _bench.Use(Bench.Model(Bench.Target(id, "10.0.0.2")));
            slots.Add(_bench.Tables.TargetSlots[id]);
        }
        Assert.Contains(slot, slots);
    }

    [Fact]
    public void An_unchanged_group_keeps_its_maglev_table()
    {
        var before = Maglev();
        _bench.Use(Bench.Model(
            Bench.Target(3, "10.0.0.3"), Bench.Target(2, "10.0.0.2"), Bench.Target(1, "10.0.0.77")));
        Assert.Same(before, Maglev());
        _bench.Use(Bench.Model(
            Bench.Target(3, "10.0.0.3"), Bench.Target(2, "10.0.0.2"), Bench.Target(1, "10.0.0.77", weight: 99)));
        Assert.NotSame(before, Maglev());
    }

    private MaglevTable? Maglev()
    {
        FlowKey key = Bench.Syn(1).Key();
        Assert.True(_bench.Tables.TryFindListener(key, out ListenerEntry listener));
        return listener.Groups.Of(key)!.Maglev;
    }
}
