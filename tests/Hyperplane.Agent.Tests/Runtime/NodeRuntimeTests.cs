using Google.Protobuf;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Hosting;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Agent.Tests.Runtime;

public sealed class NodeRuntimeTests : IAsyncDisposable
{
    private const string All =
        "routes 10.33.1.1/32 10.32.1.5/32 10.32.1.6/32 10.32.1.0/24 198.18.0.0/26 198.18.200.1/32";
    private const string Shutting =
        "routes 10.33.1.1/32 10.32.1.5/32 10.32.1.6/32 10.32.1.0/24 198.18.0.0/26! 198.18.200.1/32!";
    private const string NoVips = "routes 10.33.1.1/32 10.32.1.5/32 10.32.1.6/32";
    private const string ProbeAlone = "routes 10.33.1.1/32";
    private readonly FakeParts _parts = new();
    private readonly ManualTime _time = new();
    private readonly NodeRuntime _runtime;

    public NodeRuntimeTests() => _runtime = new NodeRuntime(
        _parts, Sample.Node, Sample.Routers, new DrainTimes(), new StatusBoard(), _time, NullLogger.Instance);

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    [Fact]
    public async Task The_kernel_is_silent_and_the_dataplane_has_the_model_before_anything_is_announced()
    {
        await Apply(Sample.Snapshot());
        Assert.Equal(
            [
                "kernel 198.18.0.0/16 10.32.1.0/24 probe 10.33.1.1",
                "dataplane start 1",
                "speaker start 10.10.1.11",
                "apply 7",
                All,
            ],
            _parts.Journal);
        Assert.True(_runtime.Board.Current.Ready);
    }

    [Fact]
    public async Task What_is_not_served_stands_in_the_status_and_in_one_line()
    {
        NodeStatus before = _runtime.Board.Current;
        Snapshot snapshot = Sample.Dual();
        snapshot.TargetGroups[0].Tunnel = new Tunnel();
        (snapshot.Nodes[0].Ipv6Address, snapshot.Nodes[0].Ipv6ProbeAddress) = (ByteString.Empty, ByteString.Empty);
        await Apply(snapshot);
        NodeStatus after = _runtime.Board.Current;
        string group = snapshot.TargetGroups[0].Name;
        Assert.Equal([group], after.UnservedGroups);
        Assert.Single(StatusLines.Between(before, after), line => line.StartsWith(
            $"not served: IPv6 targets of {group}: this node has no IPv6 address", StringComparison.Ordinal));
        Assert.Contains("serves all targets", StatusLines.Between(after, after with { UnservedGroups = [] }));
    }

    [Fact]
    public async Task Nothing_is_announced_while_the_dataplane_does_not_beat()
    {
        _parts.AliveAtStart = false;
        await Apply(Sample.Snapshot());
        Assert.Equal("apply 7", _parts.Journal[^1]);
        Assert.False(_runtime.Board.Current.Ready);

        _parts.Dataplane.IsAlive = true;
        await _runtime.StepAsync();
        Assert.Equal(All, _parts.Journal[^1]);

        _parts.Dataplane.IsAlive = false;
        await _runtime.StepAsync();
        Assert.Equal("routes ", _parts.Journal[^1]);
        Assert.False(_runtime.Board.Current.Alive);
    }

    [Fact]
    public async Task A_dataplane_that_does_not_come_back_ends_the_node()
    {
        await Apply(Sample.Snapshot());
        _parts.Dataplane.IsAlive = false;
        await StepFor(TimeSpan.FromSeconds(4.9));
        _parts.Dataplane.IsAlive = true;
        await _runtime.StepAsync();
        _parts.Dataplane.IsAlive = false;
        await StepFor(TimeSpan.FromSeconds(5));
        Assert.False(_runtime.Lost.IsCompleted);
        await StepFor(NodeRuntime.Tick);
        PartException lost = await Assert.ThrowsAsync<PartException>(() => _runtime.Lost);
        Assert.Equal("the dataplane is lost: the pipeline thread has not beaten for 900 ms", lost.Message);
    }

    [Fact]
    public async Task A_kernel_that_cannot_be_prepared_refuses_the_snapshot()
    {
        _parts.KernelProblem = "nft exit 1";
        Assert.Equal("nft exit 1", await _runtime.ApplyAsync(Sample.Snapshot(), default));
        Assert.Single(_parts.Journal);
    }

    [Fact]
    public async Task A_dataplane_that_does_not_start_refuses_the_snapshot_and_is_tried_again()
    {
        _parts.DataplaneDoesNotStart = true;
        Assert.Equal("the dataplane does not start: no interface",
            await _runtime.ApplyAsync(Sample.Snapshot(), default));
        _parts.DataplaneDoesNotStart = false;
        await Apply(Sample.Snapshot());
        Assert.Equal(All, _parts.Journal[^1]);
    }

    [Fact]
    public async Task A_model_that_the_dataplane_refuses_leaves_the_old_one_running()
    {
        await Apply(Sample.Snapshot(7));
        _parts.ModelRefusal = "too large";
        Snapshot next = Sample.Snapshot(8);
        next.Vips[0].AnnounceAlone = true;
        Assert.Equal("the dataplane refuses it: too large", await _runtime.ApplyAsync(next, default));
        Assert.Equal(7UL, _runtime.Board.Current.Version);
        Assert.Equal(7UL, _runtime.RunningSnapshot!.Version);
        Assert.Equal(All, _parts.Journal.Last(l => l.StartsWith("routes", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_new_lone_vip_comes_and_goes_as_a_route()
    {
        await Apply(Sample.Snapshot(7));
        Snapshot with = Sample.Snapshot(8);
        with.Vips[0].AnnounceAlone = true;
        await Apply(with);
        Assert.EndsWith("198.18.0.1/32 198.18.200.1/32", _parts.Journal[^1], StringComparison.Ordinal);
        await Apply(Sample.Snapshot(9));
        Assert.Equal(All, _parts.Journal[^1]);
    }

    [Fact]
    public async Task A_vip_that_is_shifted_away_from_is_shut_then_withdrawn_and_served_all_the_time()
    {
        await Apply(Sample.Snapshot(7));
        Snapshot shifted = Sample.Snapshot(8);
        foreach (Vip vip in shifted.Vips)
            vip.Withdrawn = true;
        await Apply(shifted);
        Assert.Equal(All + "!", _parts.Journal[^1]);
        await StepFor(TimeSpan.FromSeconds(10));
        Assert.Equal(All[..All.LastIndexOf(' ')], _parts.Journal[^1]);
        Assert.Equal(4, _parts.Dataplane.Model!.Vips.Length);
        await Apply(Sample.Snapshot(9));
        Assert.Equal(All, _parts.Journal[^1]);
    }

    [Fact]
    public async Task Routes_that_stay_are_not_set_again()
    {
        await Apply(Sample.Snapshot(7));
        await Apply(Sample.Snapshot(8, vips: 5));
        await _runtime.StepAsync();
        Assert.Single(_parts.Journal, l => l.StartsWith("routes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_of_health_reaches_the_dataplane_and_the_status()
    {
        await Apply(Sample.Snapshot());
        Assert.Equal([1U], _parts.Health.Groups.Select(g => g.Id));
        Assert.Equal("10.33.1.1", Assert.Single(_parts.Health.Sources).ToString());
        Assert.DoesNotContain(_parts.Dataplane.Model!.TargetGroups[0].Targets, t => t.Healthy);

        _parts.Health.Judge(1, 11, ProbeState.Healthy);
        await _runtime.StepAsync();
        Assert.Equal([11U], _parts.Dataplane.Model.TargetGroups[0].Targets.Where(t => t.Healthy).Select(t => t.Id));
        Assert.Equal(TargetHealth.Types.State.Healthy, State(11));

        _parts.Health.Judge(1, 11, ProbeState.Unhealthy, "Target.Timeout", "connect to 10.40.0.1:8080: no answer");
        await _runtime.StepAsync();
        Assert.DoesNotContain(_parts.Dataplane.Model.TargetGroups[0].Targets, t => t.Healthy);
        Assert.Equal(TargetHealth.Types.State.Unhealthy, State(11));
        Assert.Equal(3, _parts.Dataplane.Models.Count);
    }

    [Fact]
    public async Task Target_states_tell_draining_and_unused_from_unchecked()
    {
        await Apply(Sample.Snapshot());
        Assert.Equal(TargetHealth.Types.State.Initial, State(11));
        Assert.Equal(TargetHealth.Types.State.Draining, State(13));
        Assert.Equal(TargetHealth.Types.State.Unused, State(31));
        Assert.DoesNotContain(_runtime.Board.Current.Targets, t => t.Key.TargetId == 21);
    }

    [Fact]
    public async Task A_stop_drains_in_order_and_the_probe_address_stays_until_the_cease()
    {
        await Apply(Sample.Snapshot());
        _runtime.RequestStop();
        await StepFor(TimeSpan.FromSeconds(2.4));
        Assert.False(_runtime.Left.IsCompleted);
        await StepFor(TimeSpan.FromSeconds(0.2));
        Assert.True(_runtime.Left.IsCompleted);
        await _runtime.CloseAsync("node stops");
        Assert.Equal(
            [
                All, "flows drain", Shutting, NoVips, ProbeAlone, "cease node stops", "health end", "speaker end",
                "dataplane end",
            ],
            _parts.Journal.Skip(4));
    }

    [Fact]
    public async Task Traffic_delays_the_withdrawal_of_vips_up_to_ten_seconds()
    {
        await Apply(Sample.Snapshot());
        _runtime.RequestStop();
        for (int i = 0; i < 99; i++)
        {
            _parts.Dataplane.PacketsIn++;
            await StepFor(NodeRuntime.Tick);
        }

        Assert.Equal(Shutting, _parts.Journal[^1]);
        await StepFor(NodeRuntime.Tick * 3);
        Assert.Equal(NoVips, _parts.Journal[^1]);
    }

    [Fact]
    public async Task A_stop_before_the_first_snapshot_has_nothing_to_wait_for()
    {
        _runtime.RequestStop();
        await _runtime.StepAsync();
        Assert.True(_runtime.Left.IsCompleted);
    }

    [Fact]
    public async Task A_stop_without_routers_has_nothing_to_wait_for()
    {
        _parts.PeersEstablished = false;
        await Apply(Sample.Snapshot());
        _runtime.RequestStop();
        await _runtime.StepAsync();
        Assert.True(_runtime.Left.IsCompleted);
    }

    [Fact]
    public async Task A_drain_from_the_controller_keeps_the_node_running_and_undrain_announces_again()
    {
        await Apply(Sample.Snapshot(7));
        Snapshot drained = Sample.Snapshot(8);
        drained.Nodes[0].Draining = true;
        await Apply(drained);
        Assert.True(_runtime.Board.Current.Draining);
        Assert.Equal(Shutting, _parts.Journal[^1]);
        await StepFor(TimeSpan.FromSeconds(3));
        Assert.Equal(ProbeAlone, _parts.Journal[^1]);
        Assert.Equal(DrainPhase.Drained, _runtime.Board.Current.Phase);
        Assert.False(_runtime.Left.IsCompleted);

        await Apply(Sample.Snapshot(9));
        Assert.Equal(All, _parts.Journal[^1]);
        Assert.True(_runtime.Board.Current.Ready);
        Assert.False(_runtime.Board.Current.Draining);
    }

    [Fact]
    public async Task A_node_that_starts_while_it_is_to_leave_announces_its_probe_address_alone()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.Nodes[0].Draining = true;
        await Apply(snapshot);
        Assert.Equal(ProbeAlone, _parts.Journal[^1]);
    }

    [Fact]
    public async Task The_last_node_of_a_shard_stays_when_it_is_asked_to_leave()
    {
        Snapshot snapshot = Sample.Snapshot();
        foreach (Node node in snapshot.Nodes)
            node.Draining = true;
        await Apply(snapshot);
        await StepFor(TimeSpan.FromSeconds(20));
        Assert.Equal(All, _parts.Journal[^1]);
        Assert.True(_runtime.Board.Current.Draining);
    }

    [Fact]
    public async Task A_drain_stops_halfway_when_this_node_becomes_the_last_one()
    {
        await Apply(Sample.Snapshot(6));
        Snapshot snapshot = Sample.Snapshot(7);
        snapshot.Nodes[0].Draining = true;
        await Apply(snapshot);
        await StepFor(TimeSpan.FromSeconds(1.5));
        Assert.Equal(NoVips, _parts.Journal[^1]);
        Snapshot last = Sample.Snapshot(8);
        foreach (Node node in last.Nodes)
            node.Draining = true;
        await Apply(last);
        Assert.Equal(All, _parts.Journal[^1]);
    }

    [Fact]
    public async Task A_new_identity_is_a_new_start_of_all_parts()
    {
        await Apply(Sample.Snapshot(7));
        Snapshot other = Sample.Snapshot(8);
        other.Nodes[0].Id = 4;
        foreach (Shard shard in other.Shards.Where(s => s.NodeIds.Remove(1)))
            shard.NodeIds.Add(4);
        await Apply(other);
        Assert.Equal(
            ["cease node has a new identity", "health end", "speaker end", "dataplane end", "dataplane start 4",
                "speaker start 10.10.1.11", "apply 8", All],
            _parts.Journal.Skip(6));
    }

    [Fact]
    public async Task A_router_that_BFD_lost_is_lost_for_its_session()
    {
        await Apply(Sample.Snapshot());
        _parts.Flows.LoseRouter(Sample.Routers[0]);
        Assert.Equal($"lost {Sample.Routers[0]}", _parts.Journal[^1]);
    }

    [Fact]
    public async Task Counters_of_parts_that_end_are_nobodys()
    {
        await Apply(Sample.Snapshot());
        Assert.NotNull(_runtime.ReadCounters());
        Assert.Equal(
            [new("directory_won", 7), new("health_probes_late", 3)], _runtime.ReadPartCounters());
        _parts.WhileClosing = () =>
        {
            Assert.Null(_runtime.ReadCounters());
            Assert.Empty(_runtime.ReadPartCounters());
            _parts.Note("read");
        };
        await _runtime.CloseAsync("node fails");
        Assert.Contains("read", _parts.Journal);
    }

    [Fact]
    public async Task A_snapshot_does_not_start_parts_in_a_node_that_ends()
    {
        await Apply(Sample.Snapshot());
        await _runtime.CloseAsync("node fails");
        Assert.Equal("the node ends", await _runtime.ApplyAsync(Sample.Snapshot(), default));
        Assert.Equal(1, _parts.Journal.Count(line => line == "dataplane start 1"));
    }

    [Fact]
    public async Task A_changed_session_is_seen_without_a_snapshot()
    {
        _parts.PeersEstablished = false;
        await Apply(Sample.Snapshot());
        Assert.False(_runtime.Board.Current.Ready);
        (_, Task changed) = _runtime.Board.Watch();
        using var end = new CancellationTokenSource();
        Task loop = _runtime.RunAsync(end.Token);
        _parts.PeersEstablished = true;
        _parts.Speaker.Change();
        await changed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(_runtime.Board.Current.Ready);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    private TargetHealth.Types.State State(uint target) =>
        _runtime.Board.Current.Targets.Single(t => t.Key.TargetId == target).State;

    private async Task Apply(Snapshot snapshot) =>
        Assert.Null(await _runtime.ApplyAsync(snapshot, Sample.Hash(snapshot).Memory));

    private async Task StepFor(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += NodeRuntime.Tick)
        {
            _time.Advance(NodeRuntime.Tick);
            await _runtime.StepAsync();
        }
    }
}
