using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using Microsoft.Extensions.DependencyInjection;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;

namespace Hyperplane.Controller.Tests.Rollouts;

/// <summary>How a change goes over real gRPC and a real database: node by node, then zone by zone.</summary>
public sealed class RolloutTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_goes_to_one_node_and_to_the_next_when_that_one_is_well_with_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 3);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await ServedAsync(region, tenant);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] agents = await WellAsync(region, host, "a1", 3);

        await UnlistenAsync(region, tenant, lb);
        await agents[0].FollowAsync(IsBare);
        Assert.Null(await agents[1].AskAsync(waitMs: 300));
        Assert.Null(await agents[2].AskAsync(waitMs: 0));

        // It runs, but no router hears of it: the next one waits.
        await agents[0].ReportAsync(announce: false);
        Assert.Null(await agents[1].AskAsync(waitMs: 300));
        await agents[0].ReportAsync();
        await agents[1].FollowAsync(IsBare);
        Assert.Null(await agents[2].AskAsync(waitMs: 100));
        await agents[1].ReportAsync();
        await agents[2].FollowAsync(IsBare);
    }

    [Fact]
    public async Task An_addition_goes_to_all_nodes_at_once_also_in_the_midst_of_a_change()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 3);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await ServedAsync(region, tenant);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] agents = await WellAsync(region, host, "a1", 3);
        await region.LoadBalancerAsync(tenant, "next");
        foreach (TestAgent agent in agents)
            await agent.FollowAsync(snapshot => snapshot.Vips.Count == 2);

        await UnlistenAsync(region, tenant, lb);
        await agents[0].FollowAsync(snapshot => snapshot.Vips.All(vip => vip.Listeners.Count == 0));
        await region.LoadBalancerAsync(tenant, "third");
        await agents[0].FollowAsync(snapshot => snapshot.Vips.Count == 3);
        Assert.Null(await agents[1].AskAsync(waitMs: 100));
        await agents[0].ReportAsync();
        await agents[1].FollowAsync(snapshot => snapshot.Vips.Count == 3);
    }

    [Fact]
    public async Task The_next_zone_gets_a_change_once_the_first_one_runs_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", 18, nodes: 2);
        await region.ZoneAsync("b", 19, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await ServedAsync(region, tenant, "a", "b");
        LoadBalancer other = await ServedAsync(region, tenant, "b");
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] a = await WellAsync(region, host, "a1", 2);
        TestAgent[] b = await WellAsync(region, host, "b1", 1);

        await UnlistenAsync(region, tenant, lb);
        await a[0].FollowAsync(IsBare);
        Assert.Null(await b[0].AskAsync(waitMs: 300));
        await a[0].ReportAsync();
        await a[1].FollowAsync(IsBare);
        Assert.Null(await b[0].AskAsync(waitMs: 100));
        await a[1].ReportAsync();
        await b[0].FollowAsync(snapshot => snapshot.Vips.Count(vip => vip.Listeners.Count == 0) == 1);
        await b[0].ReportAsync();

        // What zone a has nothing of does not wait for it.
        await UnlistenAsync(region, tenant, other);
        await b[0].FollowAsync(IsBare);
    }

    [Fact]
    public async Task A_refusal_halts_it_and_a_newer_version_starts_afresh()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await ServedAsync(region, tenant);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] agents = await WellAsync(region, host, "a1", 2);
        ISnapshots snapshots = region.Services.GetRequiredService<ISnapshots>();

        await UnlistenAsync(region, tenant, lb);
        Snapshot bad = (await Eventually.GetAsync(() => agents[0].AskAsync(), next => next is not null))!;
        await agents[0].ReportAsync(refused: bad.Version, refusal: "no room");
        CellSnapshots halted = await Eventually.GetAsync(
            async () => Region.Done(await snapshots.GetAsync("a1", Cancel)),
            cell => cell.Phase == RolloutPhase.Halted);
        Assert.Equal($"Node n1 refused version {bad.Version}: no room", halted.Reason);
        Assert.Null(await agents[1].AskAsync(waitMs: 300));
        SnapshotInfo shown = Region.Done(await snapshots.ListAsync("a1", Cancel))[0];
        Assert.Equal(
            (bad.Version, RolloutPhase.Halted, 0, false),
            (shown.Version, shown.Phase, shown.RunningNodes, shown.IsAdditive));
        Assert.Equal([new SnapshotRefusal("n1", "no room")], shown.RefusedBy);
        Assert.Contains(
            Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Status.Conditions,
            condition => condition is { Type: "RolloutHalted", Status: true, Zone: "a" });

        LoadBalancer second = await ServedAsync(region, tenant, "a");
        await UnlistenAsync(region, tenant, second);
        await Eventually.TrueAsync(async () =>
        {
            foreach (TestAgent agent in agents)
            {
                if (await agent.AskAsync(waitMs: 50) is { } next)
                    agent.Run(next);
                await agent.ReportAsync();
            }

            return agents.All(agent => agent.Running!.Vips.Count == 2 && IsBare(agent.Running));
        });
        await Eventually.TrueAsync(async () =>
            Region.Done(await snapshots.GetAsync("a1", Cancel)) is { Phase: RolloutPhase.Done, Reason: null });
    }

    [Fact]
    public async Task Controllers_come_and_go_and_the_change_goes_on()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 3);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await ServedAsync(region, tenant);
        TestAgent[] agents;
        await using (ControlHost first = await ControlHost.StartAsync(region))
        {
            agents = await WellAsync(region, first, "a1", 3);
            await UnlistenAsync(region, tenant, lb);
            await agents[0].FollowAsync(IsBare);
        }

        await using ControlHost one = await ControlHost.StartAsync(region);
        await using ControlHost two = await ControlHost.StartAsync(region);
        TestAgent[] moved = [.. agents.Select((agent, i) => agent.MoveTo(i % 2 == 0 ? one : two))];
        foreach (ControlHost host in new[] { one, two })
            await host.Services.GetRequiredService<SnapshotCatalog>().Filled;
        Assert.Null(await moved[1].AskAsync(waitMs: 300));
        foreach (TestAgent agent in moved)
        {
            await agent.FollowAsync(IsBare);
            await agent.ReportAsync();
        }
    }

    [Fact]
    public async Task A_node_that_lost_everything_gets_meanwhile_what_every_node_may_have()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await ServedAsync(region, tenant);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] agents = await WellAsync(region, host, "a1", 2);
        await UnlistenAsync(region, tenant, lb);
        await agents[0].FollowAsync(IsBare);
        Snapshot proven = (await host.Agent("a1", "n2").AskAsync(body: true))!;
        Assert.Equal(agents[1].Running, proven);
    }

    [Fact]
    public async Task Nodes_that_are_silent_or_drain_get_it_with_the_last()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 3);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await ServedAsync(region, tenant);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] agents = await WellAsync(region, host, "a1", 3);
        Region.Done(await region.Cells.SetDrainingAsync("a1", "n1", draining: true, Cancel));
        foreach (TestAgent agent in agents)
            await agent.FollowAsync(snapshot => snapshot.Nodes[0].Draining);
        region.Time.Advance(TimeSpan.FromSeconds(10));
        foreach (TestAgent agent in agents[..2])
            await agent.ReportAsync();
        await Eventually.TrueAsync(async () => Region.Done(await region.Cells.ListNodesAsync("a1", Cancel))[1]
            .LastSeenAt > region.Database.Now - TimeSpan.FromSeconds(5));

        await UnlistenAsync(region, tenant, lb);
        await agents[1].FollowAsync(IsBare);
        Assert.Null(await agents[0].AskAsync(waitMs: 100));
        Assert.Null(await agents[2].AskAsync(waitMs: 0));
        await agents[1].ReportAsync();
        await agents[0].FollowAsync(IsBare);
        await agents[2].FollowAsync(IsBare);
    }

    [Fact]
    public async Task Unknown_and_missing_fields_are_no_obstacle()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        Snapshot first = await agent.FollowAsync(_ => true);
        // An older agent's question has no field beyond the sixth, a newer one's has more.
        byte[] older = Google.Protobuf.MessageExtensions.ToByteArray(
            new AskRequest { Cell = "a1", Node = "n1", RunningHash = agent.Hash, HighestVersion = first.Version });
        AskRequest newer = AskRequest.Parser.ParseFrom([.. older, 0x98, 0x06, 0x01]);
        using AsyncServerStreamingCall<SnapshotChunk> call = host.Way("a1", "n1").Ask(newer);
        await foreach (SnapshotChunk _ in call.ResponseStream.ReadAllAsync(Cancel))
            Assert.Fail("Nothing has changed.");
    }

    private static bool IsBare(Snapshot snapshot) => snapshot.Vips.All(vip => vip.Listeners.Count == 0);

    private static async Task<LoadBalancer> ServedAsync(Region region, string tenant, params string[] zones)
    {
        string name = $"lb-{Ids.New("x")[^6..]}";
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, name, zones);
        await region.ListenerAsync(tenant, lb.Id, (await region.TargetGroupAsync(tenant, name)).Id);
        return lb;
    }

    private static async Task UnlistenAsync(Region region, string tenant, LoadBalancer lb)
    {
        Contracts.Listeners.Listener listener = Region.Done(
            await region.Listeners.ListAsync(tenant, lb.Id, new PageRequest(9, null, null), Cancel)).Items[0];
        Region.Done(await region.Listeners.DeleteAsync(tenant, lb.Id, listener.Id, Cancel));
    }

    /// <summary>Nodes that run the newest and reported so.</summary>
    private static async Task<TestAgent[]> WellAsync(Region region, ControlHost host, string cell, int nodes)
    {
        TestAgent[] agents = [.. Enumerable.Range(1, nodes).Select(i => host.Agent(cell, $"n{i}"))];
        foreach (TestAgent agent in agents)
        {
            await agent.FollowAsync(snapshot => snapshot.Vips.Count > 0);
            await agent.ReportAsync();
        }

        await Eventually.TrueAsync(async () => Region.Done(await region.Cells.ListNodesAsync(cell, Cancel))
            .All(node => node.RunningVersion == node.WantedVersion));
        return agents;
    }
}
