using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Hyperplane.Controller.Tests.CellControl.Observed;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;

namespace Hyperplane.Controller.Tests.Snapshots;

/// <summary>What operators do with snapshots: look, compare, pin, roll back, allow removals.</summary>
public sealed class SnapshotStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Versions_are_listed_newest_first_and_compared()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        ISnapshots snapshots = Snapshots(region);
        Assert.Empty(Region.Done(await snapshots.ListAsync("a1", Cancel)));
        await region.SnapshotAsync();
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        await region.SnapshotAsync();
        await region.SnapshotAsync();

        IReadOnlyList<SnapshotInfo> all = Region.Done(await snapshots.ListAsync("a1", Cancel));
        Assert.Equal([2UL, 1UL], all.Select(one => one.Version));
        Assert.Equal((true, true, true, 0), (all[0].IsWanted, all[0].IsAdditive, all[0].IsKept, all[0].RunningNodes));
        Assert.Equal([new SnapshotChangeCount(SnapshotPart.Vip, 1, 0, 0)], all[0].Changes);
        Assert.Equal(all[1], all[1] with { IsWanted = false, Phase = null });
        SnapshotDifference diff = Region.Done(await snapshots.DiffAsync("a1", 1, null, Cancel));
        Assert.Equal(
            new SnapshotChange(SnapshotPart.Vip, SnapshotChangeKind.Added, $"{lb.Zones[0].Address} of {lb.Id}"),
            Assert.Single(diff.Changes));
        Assert.Equal((1UL, 2UL, true), (diff.From, diff.To, diff.IsAdditive));
        diff = Region.Done(await snapshots.DiffAsync("a1", 2, 1, Cancel));
        Assert.Equal((SnapshotChangeKind.Removed, false), (diff.Changes[0].Kind, diff.IsAdditive));

        Assert.Equal("not_found", Region.Refused(await snapshots.ListAsync("none", Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(await snapshots.GetAsync("a1", 77, Cancel)).Code);
        Assert.Equal("snapshot_not_kept", Region.Refused(await snapshots.DiffAsync("a1", 77, null, Cancel)).Code);
    }

    [Fact]
    public async Task The_content_of_the_last_twenty_is_kept_and_that_of_a_pinned_one()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await region.SnapshotAsync();
        for (int i = 0; i < 24; i++)
        {
            await region.LoadBalancerAsync(tenant, $"lb{i}");
            await region.SnapshotAsync();
        }

        IReadOnlyList<SnapshotInfo> all = Region.Done(await Snapshots(region).ListAsync("a1", Cancel));
        Assert.Equal((25, 20), (all.Count, all.Count(one => one.IsKept)));
        Assert.Equal(
            "snapshot_not_kept", Region.Refused(await Snapshots(region).PinAsync("a1", all[^1].Version, Cancel)).Code);
        Region.Done(await Snapshots(region).PinAsync("a1", all[19].Version, Cancel));
        Assert.Equal(5, (await region.SnapshotAsync()).Vips.Count);
        Region.Done(await region.Cells.PutNodeAsync("a1", "n9", "10.18.0.9", null, Cancel));
        Assert.Equal((2, 5), Shape(await region.SnapshotAsync()));
        Assert.True(Region.Done(await Snapshots(region).GetAsync("a1", all[19].Version, Cancel)).IsKept);
    }

    [Fact]
    public async Task A_pinned_cell_stays_whatever_tenants_write_and_their_status_says_so()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer first = await region.LoadBalancerAsync(tenant, "first");
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        Snapshot before = await agent.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await agent.ReportAsync();
        ISnapshots snapshots = Snapshots(region);

        CellSnapshots pinned = Region.Done(await snapshots.PinAsync("a1", null, Cancel));
        Assert.Equal(before.Version, pinned.PinnedVersion);
        LoadBalancer second = await region.LoadBalancerAsync(tenant, "second");
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, first.Id, Cancel));
        Assert.Null(await agent.AskAsync(waitMs: 1_500));
        Condition shown = (await SeenAsync(
            region, tenant, second.Id, status => status.Conditions.Any(one => one.Type == "SnapshotPinned")))
            .Status.Conditions.Single(one => one.Type == "SnapshotApplied");
        Assert.Equal(("Pinned", false), (shown.Reason, shown.Status));
        // Who is in the cell all must know, pinned or not.
        Region.Done(await region.Cells.SetDrainingAsync("a1", "n1", draining: true, Cancel));
        await agent.FollowAsync(snapshot => snapshot.Nodes[0].Draining && snapshot.Vips[0].LoadBalancer == first.Id);

        Region.Done(await snapshots.UnpinAsync("a1", Cancel));
        Snapshot after = await agent.FollowAsync(snapshot => snapshot.Vips[0].LoadBalancer == second.Id);
        await agent.ReportAsync();
        // Deleted while it was pinned: gone only now, which the tombstone says.
        Assert.Equal(after.Version, Assert.Single(after.Tombstones).Version);
        await SeenAsync(region, tenant, second.Id, status => status.ObservedGeneration == 1);
    }

    [Fact]
    public async Task An_older_version_does_not_serve_an_address_that_came_to_another_tenant_since()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        string other = (await region.TenantAsync("other")).Id;
        LoadBalancer[] old = [await region.LoadBalancerAsync(tenant, "x"), await region.LoadBalancerAsync(tenant, "y")];
        LoadBalancer stays = await region.LoadBalancerAsync(tenant, "z");
        ulong version = (await region.SnapshotAsync()).Version;
        foreach (LoadBalancer lb in old)
            Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        region.Time.Advance(TimeSpan.FromHours(25));
        await region.EndQuarantinesAsync();
        LoadBalancer mine = await region.LoadBalancerAsync(other, "mine", "a=" + old[0].Zones[0].Address);
        Assert.Contains((await region.SnapshotAsync()).Vips, vip => vip.LoadBalancer == mine.Id);

        Region.Done(await Snapshots(region).PinAsync("a1", version, Cancel));
        Assert.Equal(stays.Id, Assert.Single((await region.SnapshotAsync()).Vips).LoadBalancer);
    }

    [Fact]
    public async Task A_roll_back_serves_as_before_under_a_new_number()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await region.LoadBalancerAsync(tenant, "first");
        Snapshot good = await region.SnapshotAsync();
        LoadBalancer second = await region.LoadBalancerAsync(tenant, "second");
        Snapshot bad = await region.SnapshotAsync();
        CellSnapshots state = Region.Done(await Snapshots(region).RollBackAsync("a1", Cancel));
        Assert.Equal(good.Version, state.PinnedVersion);
        Snapshot back = await region.SnapshotAsync();
        Assert.Equal((bad.Version + 1, good.Vips), (back.Version, back.Vips));
        Assert.Equal(
            ProvisioningStatus.Pending,
            Region.Done(await region.LoadBalancers.GetAsync(tenant, second.Id, Cancel)).Status.Provisioning);
        Assert.Equal(back, await region.SnapshotAsync());

        // Once more goes one further back; there is nothing before the first.
        Assert.Equal(
            "no_older_snapshot", Region.Refused(await Snapshots(region).RollBackAsync("a1", Cancel)).Code);
        Region.Done(await Snapshots(region).UnpinAsync("a1", Cancel));
        Assert.Equal(bad.Vips, (await region.SnapshotAsync()).Vips);
        List<string> told = await region.Database.RunAsync(
            null,
            db => db.Events.Where(one => one.Resource == "a1").OrderBy(one => one.Id).Select(one => one.Action)
                .ToListAsync(Cancel),
            Cancel);
        Assert.Equal(["cell.created", "cell.rolled_back", "cell.unpinned"], told);
    }

    [Fact]
    public async Task What_a_roll_back_served_again_after_its_deletion_is_told_as_gone_anew_when_it_ends()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer deleted = await region.LoadBalancerAsync(tenant);
        await region.SnapshotAsync();
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, deleted.Id, Cancel));
        Snapshot without = await region.SnapshotAsync();
        Assert.Equal(without.Version, Assert.Single(without.Tombstones).Version);

        Region.Done(await Snapshots(region).RollBackAsync("a1", Cancel));
        Snapshot back = await region.SnapshotAsync();
        Assert.Equal(deleted.Id, Assert.Single(back.Vips).LoadBalancer);
        Assert.Empty(back.Tombstones);

        // A tombstone of the first removal would say nothing to nodes that run a later version with the VIP.
        Region.Done(await Snapshots(region).UnpinAsync("a1", Cancel));
        Snapshot after = await region.SnapshotAsync();
        Assert.Empty(after.Vips);
        Assert.Equal(after.Version, Assert.Single(after.Tombstones).Version);
        Assert.Equal(after, await region.SnapshotAsync());
    }

    [Fact]
    public async Task Removals_are_allowed_once_for_nodes_that_run_an_older_version()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await region.LoadBalancerAsync(tenant, "first");
        Snapshot before = await region.SnapshotAsync();
        Assert.Equal(0UL, before.RemovalsVersion);
        Region.Done(await Snapshots(region).AllowRemovalsAsync("a1", Cancel));
        Snapshot allowed = await region.SnapshotAsync();
        Assert.Equal((before.Version + 1, before.Version + 1), (allowed.Version, allowed.RemovalsVersion));
        await region.LoadBalancerAsync(tenant, "second");
        Snapshot later = await region.SnapshotAsync();
        Assert.Equal((allowed.Version + 1, allowed.Version), (later.Version, later.RemovalsVersion));
        Assert.Equal("not_found", Region.Refused(await Snapshots(region).AllowRemovalsAsync("none", Cancel)).Code);
    }

    private static ISnapshots Snapshots(Region region) => region.Services.GetRequiredService<ISnapshots>();

    private static (int Nodes, int Vips) Shape(Snapshot snapshot) => (snapshot.Nodes.Count, snapshot.Vips.Count);
}
