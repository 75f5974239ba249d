using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;

namespace Hyperplane.Controller.Tests.Snapshots;

/// <summary>A database that was restored from an old copy withdraws nothing that nodes serve.</summary>
public sealed class RestoredStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="writes">What is created after the restore before a node asks: more than was lost lets the number of
    /// the version pass that of the nodes.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public async Task What_was_created_after_the_copy_is_served_until_an_operators_word(int writes)
    {
        string original = await postgres.CreateMigratedAsync();
        string tenant;
        await using (Region region = Region.Over(original))
        {
            await region.ZoneAsync("a", nodes: 1);
            tenant = (await region.TenantAsync()).Id;
            await region.LoadBalancerAsync(tenant, "old");
            await region.SnapshotAsync();
        }

        string copy = await postgres.CopyAsync(original);
        Snapshot served;
        LoadBalancer lost;
        TestAgent agent;
        await using (Region region = Region.Over(original))
        {
            lost = await region.LoadBalancerAsync(tenant, "lost");
            string group = (await region.TargetGroupAsync(tenant, "lost")).Id;
            await region.ListenerAsync(tenant, lost.Id, group);
            Region.Done(await region.Targets.RegisterAsync(
                tenant, group, [new TargetConfig("10.0.0.1", null, 1)], Cancel));
            await using ControlHost host = await ControlHost.StartAsync(region);
            agent = host.Agent("a1", "n1");
            served = await agent.FollowAsync(one => one.TargetGroups.Sum(g => g.Targets.Count) == 1);
            Assert.Equal(2, served.Vips.Count);
        }

        await using Region restored = Region.Over(copy);
        List<LoadBalancer> made = [];
        for (int i = 0; i < writes; i++)
        {
            made.Add(await restored.LoadBalancerAsync(tenant, $"new{i}"));
            await restored.ListenerAsync(
                tenant, made[i].Id, (await restored.TargetGroupAsync(tenant, $"new{i}")).Id);
            await restored.SnapshotAsync();
        }

        await using ControlHost again = await ControlHost.StartAsync(restored);
        TestAgent node = agent.MoveTo(again);
        Snapshot offered = (await Eventually.GetAsync(() => node.AskAsync(), next => next is not null))!;
        Assert.True(offered.KeepVips);
        Assert.True(offered.Version > served.Version);

        // The node refuses and tells what it keeps; the next snapshot has it, unchanged.
        node.Kept = Keep(served, offered);
        await node.FollowAsync(one => one.Version > offered.Version);
        AssertServes(served, node.Running!, lost.Id);
        ISnapshots snapshots = restored.Services.GetRequiredService<ISnapshots>();
        CellSnapshots state = Region.Done(await snapshots.GetAsync("a1", Cancel));
        Assert.NotNull(state.RestoredAt);
        Assert.Equal([lost.Zones[0].Address], state.KeptVips);

        // Others are created meanwhile, at other addresses and with other numbers.
        node.Kept = new Snapshot();
        LoadBalancer next = await restored.LoadBalancerAsync(tenant, "next");
        await restored.ListenerAsync(tenant, next.Id, (await restored.TargetGroupAsync(tenant, "next")).Id);
        Snapshot both = await node.FollowAsync(one => one.Vips.Any(
            vip => vip.LoadBalancer == next.Id && vip.Listeners.Count == 1));
        AssertServes(served, both, lost.Id);
        Assert.NotEqual(lost.Zones[0].Address, next.Zones[0].Address);

        Region.Done(await snapshots.AllowRemovalsAsync("a1", Cancel));
        Snapshot after = await node.FollowAsync(one => one.Vips.All(vip => vip.LoadBalancer != lost.Id));
        Assert.False(after.KeepVips);
        // Where the store had given the address away before a node was heard, that one has it now.
        Assert.Equal(
            made.TrueForAll(one => one.Zones[0].Address != lost.Zones[0].Address),
            after.Tombstones.Any(one =>
                new System.Net.IPAddress(one.Address.Span).ToString() == lost.Zones[0].Address));
        Assert.Null(Region.Done(await snapshots.GetAsync("a1", Cancel)).RestoredAt);
        LoadBalancer last = await restored.LoadBalancerAsync(tenant, "last");
        Assert.NotEqual(lost.Zones[0].Address, last.Zones[0].Address);
    }

    private static Snapshot Keep(Snapshot served, Snapshot offered)
    {
        var kept = new Snapshot();
        kept.Vips.AddRange(served.Vips.Where(
            vip => !offered.Vips.Any(one => one.Address == vip.Address && one.LoadBalancer == vip.LoadBalancer)));
        HashSet<uint> used = [.. kept.Vips.SelectMany(vip => vip.Listeners).Select(one => one.TargetGroup)];
        kept.TargetGroups.AddRange(served.TargetGroups.Where(group => used.Contains(group.Id)));
        return kept;
    }

    private static void AssertServes(Snapshot served, Snapshot now, string loadBalancer)
    {
        SnapshotInvariants.Check(now);
        Vip vip = served.Vips.Single(one => one.LoadBalancer == loadBalancer);
        Assert.Equal(vip, now.Vips.Single(one => one.LoadBalancer == loadBalancer));
        TargetGroup group = served.TargetGroups.Single(one => one.Id == vip.Listeners[0].TargetGroup);
        Assert.Equal(group, now.TargetGroups.Single(one => one.Id == group.Id));
    }
}
