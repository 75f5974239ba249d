using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Target = Hyperplane.Controller.Contracts.Targets.Target;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>What goes once nodes have forgotten it or its time is over.</summary>
public sealed class JanitorTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_load_balancer_leaves_a_tombstone_and_is_gone_when_the_live_nodes_have_forgotten_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(
            region, store: options => options with { NodeLiveTime = TimeSpan.FromSeconds(60) });
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TestAgent one = host.Agent("a1", "n1");
        TestAgent two = host.Agent("a1", "n2");
        foreach (TestAgent agent in new[] { one, two })
        {
            await agent.FollowAsync(snapshot => snapshot.Vips.Count == 1);
            await agent.ReportAsync();
        }

        await Eventually.TrueAsync(
            async () => (await NodesAsync(region)).All(node => node.LastSeenAt is not null));
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        Snapshot without = await one.FollowAsync(snapshot => snapshot.Vips.Count == 0);
        Tombstone tombstone = Assert.Single(without.Tombstones);
        Assert.Equal((without.Version, lb.Zones[0].Address),
            (tombstone.Version, new System.Net.IPAddress(tombstone.Address.Span).ToString()));

        await one.ReportAsync();
        await Eventually.TrueAsync(
            async () => (await NodesAsync(region))[0].RunningVersion == without.Version);
        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        Assert.True(await janitor.CleanAsync(Cancel));
        Assert.Equal(
            ProvisioningStatus.Deleting,
                Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Status.Provisioning);

        await two.FollowAsync(snapshot => snapshot.Vips.Count == 0);
        await two.ReportAsync();
        await Eventually.TrueAsync(async () =>
        {
            await janitor.CleanAsync(Cancel);
            return await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel) is Outcome<LoadBalancer>.Refused;
        });

        // A later change keeps the tombstone's version, and the end of the quarantine removes it.
        await region.LoadBalancerAsync(tenant, "next");
        Assert.Equal(
            tombstone, Assert.Single((await one.FollowAsync(snapshot => snapshot.Vips.Count == 1)).Tombstones));
        region.Time.Advance(TimeSpan.FromHours(25));
        await janitor.CleanAsync(Cancel);
        await one.FollowAsync(snapshot => snapshot.Tombstones.Count == 0);
    }

    [Fact]
    public async Task An_address_that_a_pinned_cell_may_serve_is_nobodys_until_it_rested_after_the_unpin()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        string other = (await region.TenantAsync("other")).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        ISnapshots snapshots = region.Services.GetRequiredService<ISnapshots>();
        LoadBalancer served = await region.LoadBalancerAsync(tenant, "served");
        await region.SnapshotAsync();
        Region.Done(await snapshots.PinAsync("a1", null, Cancel));
        LoadBalancer never = await region.LoadBalancerAsync(tenant, "never");
        foreach (LoadBalancer deleted in new[] { served, never })
            Region.Done(await region.LoadBalancers.DeleteAsync(tenant, deleted.Id, Cancel));

        foreach (bool isPinned in new[] { true, false })
        {
            if (!isPinned)
                Region.Done(await snapshots.UnpinAsync("a1", Cancel));
            else
                region.Time.Advance(TimeSpan.FromHours(25));
            await region.SnapshotAsync();
            await janitor.CleanAsync(Cancel);
            Assert.Equal("address_in_use", Region.Refused(await region.LoadBalancers.CreateAsync(
                other, Region.Config("mine", "a=" + served.Zones[0].Address), Cancel)).Code);
        }

        region.Time.Advance(TimeSpan.FromHours(25));
        await janitor.CleanAsync(Cancel);
        foreach (LoadBalancer deleted in new[] { served, never })
            await region.LoadBalancerAsync(other, deleted.Name, "a=" + deleted.Zones[0].Address);
    }

    [Fact]
    public async Task An_address_whose_end_no_version_told_yet_is_nobodys()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        await region.SnapshotAsync();
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        region.Time.Advance(TimeSpan.FromHours(25));

        async Task EndAsync() => await region.Database.RunAsync(
            null, db => Controller.LoadBalancers.Quarantine.EndAsync(db, region.Database.Now, Cancel), Cancel);
        await EndAsync();
        Assert.NotEqual(
            lb.Zones[0].Address, (await region.LoadBalancerAsync(tenant, "next")).Zones[0].Address);

        await region.SnapshotAsync();
        await EndAsync();
        Assert.Equal(lb.Zones[0].Address, (await region.LoadBalancerAsync(tenant, "last")).Zones[0].Address);
    }

    [Fact]
    public async Task A_drained_target_goes_when_its_delay_is_over()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1), new TargetConfig("10.0.0.2", null, 1)], Cancel));
        TestAgent agent = host.Agent("a1", "n1");
        Region.Done(await region.Targets.DeregisterAsync(tenant, group.Id, [new TargetKey("10.0.0.1", null)], Cancel));
        Snapshot draining =
            await agent.FollowAsync(snapshot => snapshot.TargetGroups.Any(g => g.Targets.Any(t => t.Draining)));
        Assert.Equal([true, false], draining.TargetGroups[0].Targets.Select(target => target.Draining));

        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        region.Time.Advance(TimeSpan.FromSeconds(290));
        await janitor.CleanAsync(Cancel);
        Assert.Equal(2, Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(9, null, null), Cancel)).Items.Count);
        region.Time.Advance(TimeSpan.FromSeconds(11));
        await janitor.CleanAsync(Cancel);
        Target left = Assert.Single(Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(9, null, null), Cancel)).Items);
        Assert.Equal("10.0.0.2", left.Address);
        await agent.FollowAsync(snapshot => snapshot.TargetGroups[0].Targets.Count == 1);
    }

    [Fact]
    public async Task A_deleted_listener_is_gone_when_the_nodes_have_forgotten_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        Contracts.Listeners.Listener listener = await region.ListenerAsync(tenant, lb.Id, group.Id);
        TestAgent agent = host.Agent("a1", "n1");
        await agent.FollowAsync(snapshot => snapshot.TargetGroups.Count == 1);
        await agent.ReportAsync();
        await Eventually.TrueAsync(
            async () => Region.Done(await region.Listeners.GetAsync(tenant, lb.Id, listener.Id, Cancel))
            .Status is { Provisioning: ProvisioningStatus.Active, ObservedGeneration: 1, Converged: true });

        Region.Done(await region.Listeners.DeleteAsync(tenant, lb.Id, listener.Id, Cancel));
        await agent.FollowAsync(
            snapshot => snapshot.Vips is [{ Listeners.Count: 0 }] && snapshot.TargetGroups.Count == 0);
        await agent.ReportAsync();
        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        await Eventually.TrueAsync(async () =>
        {
            await janitor.CleanAsync(Cancel);
            return await region.Listeners.GetAsync(tenant, lb.Id, listener.Id, Cancel)
                is Outcome<Contracts.Listeners.Listener>.Refused;
        });
        Assert.Equal(
            ProvisioningStatus.Active,
                Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Status.Provisioning);
    }

    [Fact]
    public async Task The_outbox_and_old_events_do_not_grow_for_ever()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        region.Time.Advance(TimeSpan.FromDays(100));
        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        await janitor.CleanAsync(Cancel);
        Assert.Equal((0, 0), await region.Database.RunAsync(
            null, async db => (await db.CellChanges.CountAsync(Cancel), await db.Events.CountAsync(Cancel)), Cancel));
    }

    private static async Task<IReadOnlyList<Contracts.Cells.Node>> NodesAsync(Region region) =>
        Region.Done(await region.Cells.ListNodesAsync("a1", Cancel));
}
