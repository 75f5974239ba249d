using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Stats;
using Hyperplane.Controller.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using DropReason = Hyperplane.Controller.Contracts.Stats.DropReason;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>What agents count on its way to tenants.</summary>
public sealed class StatsTests(PostgresFixture postgres)
{
    private const Hyperplane.Cells.Contracts.DropReason NoTarget = Hyperplane.Cells.Contracts.DropReason.NoTarget;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counters_of_all_nodes_are_summed_and_outlive_their_restarts()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        await region.ZoneAsync("b", 19, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a", "b");
        TargetGroup group = await region.TargetGroupAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.9.0.1", null, 1), new TargetConfig("10.9.0.2", null, 1)], Cancel));
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] agents = [host.Agent("a1", "n1"), host.Agent("a1", "n2"), host.Agent("b1", "n1")];
        IStats stats = region.Services.GetRequiredService<IStats>();
        for (uint i = 0; i < agents.Length; i++)
        {
            Snapshot snapshot = await agents[i].FollowAsync(one => one.TargetGroups is [{ Targets.Count: 2 }]);
            uint listener = snapshot.Vips[0].Listeners[0].Id;
            agents[i].Listeners[listener] = Listener(listener, 10 * (i + 1));
            agents[i].Listeners[listener + 1_000] = Listener(listener + 1_000, 7);
            uint target = snapshot.TargetGroups[0].Targets[0].Id;
            agents[i].Targets[target] = new TargetCounters
            {
                TargetId = target, NewFlows = i + 1, ActiveFlows = 1, Resets = new ResetCounters { FromTargets = 5 },
            };
            uint vip = snapshot.Vips[0].Id;
            agents[i].Vips[vip] = Vip(vip, i + 1);
            agents[i].Vips[vip + 1_000] = Vip(vip + 1_000, 100);
            await agents[i].ReportAsync();
        }

        LoadBalancerStats seen = await SeenAsync(60);
        Assert.Equal(
            [("a", 2, 30L), ("b", 1, 30L)], seen.Zones.Select(one => (one.Zone, one.Nodes, one.Flows.NewFlows)));
        Assert.Equal(new FlowCount(60, 3, 120, 180, 240, 300, 6, 9, 12), Assert.Single(seen.Listeners).Flows);
        DropCount[] drops = [new(DropReason.Other, 3), new(DropReason.NoTarget, 60), new(DropReason.Lost, 6)];
        Assert.Equal(
            [.. drops, new(DropReason.SourceRate, 6), new(DropReason.ChallengeRate, 60)], seen.Drops);
        Assert.Equal(drops, seen.Listeners[0].Drops);
        Assert.Equal(
            [3L, 3], seen.Zones.Select(one => one.Drops.Single(d => d.Reason == DropReason.SourceRate).Packets));
        Assert.Equal([30L, 30], seen.Zones.Select(one => one.Drops[1].Packets));
        Assert.Equal(seen.Flows, seen.Listeners[0].Flows);
        TargetGroupStats ofGroup = Region.Done(await stats.OfTargetGroupAsync(tenant, group.Id, Cancel));
        Assert.Equal([6L, 0], ofGroup.Targets.Select(one => one.Flows.NewFlows));
        Assert.Equal((6, 3), (ofGroup.Flows.NewFlows, ofGroup.Flows.ActiveFlows));
        Assert.Equal((0, 15, 0), (
            ofGroup.Flows.ClientResets, ofGroup.Targets[0].Flows.TargetResets, ofGroup.Flows.LoadBalancerResets));

        // A start counts from 0, twice; the controller that hears of it need not have seen the one before.
        for (ulong start = 2; start <= 3; start++)
        {
            agents[0].Start = start;
            uint listener = agents[0].Running!.Vips[0].Listeners[0].Id;
            agents[0].Listeners[listener] = Listener(listener, 1);
            await agents[0].ReportAsync();
            await SeenAsync(60 + (long)start - 1);
        }

        await using Region other = Region.Over(region.ConnectionString);
        await using ControlHost successor = await ControlHost.StartAsync(other);
        TestAgent again = successor.Agent("a1", "n1");
        Snapshot running = await again.FollowAsync(one => one.Vips.Count == 2 || one.Vips.Count == 1);
        again.Start = 4;
        again.Listeners[running.Vips[0].Listeners[0].Id] = Listener(running.Vips[0].Listeners[0].Id, 100);
        await again.ReportAsync();
        LoadBalancerStats last = await SeenAsync(162);
        // What the first node counted at its starts 1 to 4: all of it, but for what is of now.
        Assert.Equal((12, 18, 24), (
            last.Flows.ClientResets, last.Flows.TargetResets, last.Flows.LoadBalancerResets));
        Assert.Equal(60 + 1 + 1 + 100, last.Drops[1].Packets);

        async Task<LoadBalancerStats> SeenAsync(long newFlows)
        {
            await Eventually.TrueAsync(async () =>
                Region.Done(await stats.OfLoadBalancerAsync(tenant, lb.Id, Cancel)).Flows.NewFlows == newFlows);
            return Region.Done(await stats.OfLoadBalancerAsync(tenant, lb.Id, Cancel));
        }
    }

    [Fact]
    public async Task Another_tenants_counters_are_not_found_and_of_what_nobody_counted_there_are_none()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        IStats stats = region.Services.GetRequiredService<IStats>();
        string other = (await region.TenantAsync("other")).Id;
        Assert.Equal("not_found", Region.Refused(await stats.OfLoadBalancerAsync(other, lb.Id, Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(await stats.OfTargetGroupAsync(other, group.Id, Cancel)).Code);
        LoadBalancerStats none = Region.Done(await stats.OfLoadBalancerAsync(tenant, lb.Id, Cancel));
        Assert.Equal((default(FlowCount), 0, 0), (none.Flows, none.Zones.Count, none.Listeners.Count));
    }

    [Fact]
    public void Reasons_have_the_numbers_and_names_that_agents_report()
    {
        Assert.Equal(
            Enum.GetValues<Hyperplane.Cells.Contracts.DropReason>().Skip(1).Select(one => (one.ToString(), (int)one)),
            Enum.GetValues<DropReason>().Skip(1).Select(one => (one.ToString(), (int)one)));
        Assert.InRange((int)Enum.GetValues<DropReason>().Max(), 1, 30);
    }

    [Fact]
    public void A_row_of_a_kind_that_nobody_knows_is_nobodys()
    {
        var sum = new TrafficSum();
        CountRows.Add(CountRows.OfTarget(7) | (63L << 33), new FlowCount(1, 2, 3, 4, 5, 6), sum);
        Assert.Equal((default, 0), (sum.Flows, sum.Drops.Count));
    }

    [Fact]
    public void Rows_are_read_as_they_were_written_whatever_a_node_says()
    {
        var report = new NodeReport();
        report.Listeners.Add(Listener(7, 3));
        report.Listeners.Add(new ListenerCounters { ListenerId = 5, NewFlows = ulong.MaxValue });
        report.Listeners.Add(Listener(7, 4));
        report.Listeners[2].Resets = null;
        report.Listeners[2].Drops.Clear();
        report.TargetCounters.Add(new TargetCounters { TargetId = 7, NewFlows = 9, ActiveFlows = 2 });
        byte[] rows = CountRows.Of(report);
        Assert.Equal(
            [(5L, 1L << 56), (7, 4), ((1L << 32) + 7, 9)],
            CountRows.Read(rows).Select(row => (row.Key, row.Count.NewFlows)));
        Assert.Equal(
            [(5L, 1L << 57, 0L), (7, 8, 0), ((1L << 32) + 7, 18, 0)],
            CountRows.Read(CountRows.Past(rows, rows))
                .Select(row => (row.Key, row.Count.NewFlows, row.Count.ActiveFlows)));
        Assert.Empty(CountRows.Read(rows[..40]));
    }

    [Fact]
    public void A_VIP_a_listener_and_a_target_of_one_number_are_three()
    {
        var report = new NodeReport
        {
            Listeners = { new ListenerCounters { ListenerId = 7, NewFlows = 1 } },
            TargetCounters = { new TargetCounters { TargetId = 7, NewFlows = 2 } },
            Vips = { Vip(7, 3) },
        };
        byte[] rows = CountRows.Past(CountRows.Of(report), CountRows.Of(report));
        TrafficSum[] sums =
        [
            .. ((long[])[CountRows.OfListener(7), CountRows.OfTarget(7), CountRows.OfVip(7)]).Select(owner =>
            {
                var sum = new TrafficSum();
                foreach ((long key, FlowCount count) in CountRows.Read(rows)
                    .Where(row => CountRows.Owner(row.Key) == owner))
                    CountRows.Add(key, count, sum);
                return sum;
            }),
        ];
        Assert.Equal([2L, 4, 0], sums.Select(sum => sum.Flows.NewFlows));
        Assert.Equal([0, 0, 2], sums.Select(sum => sum.Drops.Count));
        Assert.Equal(
            [new DropCount(DropReason.SourceRate, 6), new DropCount(DropReason.ChallengeRate, 60)], sums[2].Drops);
    }

    private static VipCounters Vip(uint id, uint frames) => new()
    {
        VipId = id,
        Drops =
        {
            new DropCounter { Reason = Hyperplane.Cells.Contracts.DropReason.SourceRate, Frames = frames },
            new DropCounter { Reason = Hyperplane.Cells.Contracts.DropReason.ChallengeRate, Frames = frames * 10 },
        },
    };

    private static ListenerCounters Listener(uint id, uint flows) => new()
    {
        ListenerId = id, NewFlows = flows, ActiveFlows = 1, PacketsIn = flows * 2, BytesIn = flows * 3,
        PacketsOut = flows * 4, BytesOut = flows * 5,
        Resets = new ResetCounters { FromClients = 2, FromTargets = 3, Own = 4 },
        Drops =
        {
            new DropCounter { Reason = NoTarget, Frames = flows },
            new DropCounter { Reason = (Hyperplane.Cells.Contracts.DropReason)13, Frames = 2 },
            new DropCounter { Reason = (Hyperplane.Cells.Contracts.DropReason)30, Frames = 1 },
            new DropCounter { Reason = (Hyperplane.Cells.Contracts.DropReason)31, Frames = 1 },
            new DropCounter { Reason = (Hyperplane.Cells.Contracts.DropReason)(-1), Frames = 1 },
        },
    };
}
