using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>What was counted at all of a tenant at once.</summary>
public sealed class TrafficTests(PostgresFixture postgres)
{
    private static readonly TrafficLimits Plenty = new(100, 100, 100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_at_once_is_what_each_is_by_itself()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        await region.ZoneAsync("b", 19, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer web = await region.LoadBalancerAsync(tenant, "web", "a", "b");
        LoadBalancer api = await region.LoadBalancerAsync(tenant, "api", "b");
        TargetGroup group = await region.TargetGroupAsync(tenant);
        await region.ListenerAsync(tenant, web.Id, group.Id);
        await region.ListenerAsync(tenant, api.Id, group.Id);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.9.0.1", null, 1), new TargetConfig("10.9.0.2", null, 1)], Cancel));
        await using ControlHost host = await ControlHost.StartAsync(region);
        foreach ((TestAgent agent, int vips) in ((TestAgent, int)[])
            [(host.Agent("a1", "n1"), 1), (host.Agent("a1", "n2"), 1), (host.Agent("b1", "n1"), 2)])
        {
            Snapshot snapshot = await agent.FollowAsync(
                one => one.TargetGroups is [{ Targets.Count: 2 }] && one.Vips.Count == vips);
            foreach (uint id in snapshot.Vips.Select(vip => vip.Listeners[0].Id))
                agent.Listeners[id] = new ListenerCounters { ListenerId = id, NewFlows = 7 + id, ActiveFlows = 2 };
            uint target = snapshot.TargetGroups[0].Targets[1].Id;
            agent.Targets[target] = new TargetCounters { TargetId = target, NewFlows = 3, BytesOut = 9 };
            await agent.ReportAsync();
        }

        IStats stats = region.Services.GetRequiredService<IStats>();
        await Eventually.TrueAsync(async () =>
            Region.Done(await stats.OfTargetGroupAsync(tenant, group.Id, Cancel)).Flows.NewFlows == 9);
        TrafficReport all = await ReadAsync(region, tenant, null, Plenty);
        Assert.Equal(["web", "api"], all.LoadBalancers.Select(one => one.Name));
        Assert.Equal((0, 0), (all.LeftOutLoadBalancers, all.LeftOutTargetGroups));
        foreach (LoadBalancerTraffic one in all.LoadBalancers)
        {
            LoadBalancerStats alone = Region.Done(await stats.OfLoadBalancerAsync(tenant, one.Id, Cancel));
            Assert.NotEqual(0, alone.Flows.NewFlows);
            Same(alone, one.Stats with { At = alone.At });
            Same(alone, (await ReadAsync(region, tenant, one.Id, Plenty)).LoadBalancers.Single().Stats
                with { At = alone.At });
        }

        TargetGroupTraffic told = Assert.Single(all.TargetGroups);
        TargetGroupStats ofGroup = Region.Done(await stats.OfTargetGroupAsync(tenant, group.Id, Cancel));
        Same(ofGroup, told.Stats with { At = ofGroup.At });
        Assert.Equal(group.Name, told.Name);
    }

    [Fact]
    public async Task The_oldest_are_told_whole_when_there_are_too_many_and_others_tenants_never()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        string[] names = ["one", "two", "three"];
        foreach (string name in names)
        {
            LoadBalancer lb = await region.LoadBalancerAsync(tenant, name, "a");
            TargetGroup group = await region.TargetGroupAsync(tenant, name);
            await region.ListenerAsync(tenant, lb.Id, group.Id);
            Region.Done(await region.Targets.RegisterAsync(
                tenant, group.Id, [new TargetConfig("10.9.0.1", null, 1), new TargetConfig("10.9.0.2", null, 1)],
                Cancel));
        }

        (TrafficLimits Most, int LoadBalancers, int Groups)[] bounds =
        [
            (new(3, 3, 6), 3, 3), (new(2, 9, 9), 2, 2), (new(9, 2, 9), 2, 2), (new(9, 9, 5), 3, 2),
            (new(9, 9, 1), 3, 1), (new(9, 0, 0), 1, 1),
        ];
        foreach ((TrafficLimits most, int loadBalancers, int groups) in bounds)
        {
            TrafficReport told = await ReadAsync(region, tenant, null, most);
            Assert.Equal(names[..loadBalancers], told.LoadBalancers.Select(one => one.Name));
            Assert.Equal(names[..groups], told.TargetGroups.Select(one => one.Name));
            Assert.All(told.TargetGroups, one => Assert.Equal(2, one.Stats.Targets.Count));
            Assert.Equal(
                (3 - loadBalancers, loadBalancers - groups), (told.LeftOutLoadBalancers, told.LeftOutTargetGroups));
        }

        string other = (await region.TenantAsync("other")).Id;
        TrafficReport none = await ReadAsync(region, other, null, Plenty);
        Assert.Equal((0, 0, 0), (none.LoadBalancers.Count, none.TargetGroups.Count, none.LeftOutLoadBalancers));
        string id = (await ReadAsync(region, tenant, null, Plenty)).LoadBalancers[0].Id;
        Assert.Equal(
            "not_found",
            Region.Refused(await region.Services.GetRequiredService<ITraffic>()
                .ReadAsync(other, id, Plenty, Cancel)).Code);
    }

    private static void Same<T>(T expected, T seen) => Assert.Equivalent(expected, seen, strict: true);

    private static async Task<TrafficReport> ReadAsync(Region region, string tenant, string? id, TrafficLimits most) =>
        Region.Done(await region.Services.GetRequiredService<ITraffic>().ReadAsync(tenant, id, most, Cancel));
}
