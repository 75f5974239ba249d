using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Trees;
using Hyperplane.Controller.Tests.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Controller.Tests.Trees;

/// <summary>A tree tells of each branch what the branch's own reading tells.</summary>
public sealed class TreeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_branches_are_there_once_with_their_own_statuses()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        await region.ZoneAsync(nodes: 1);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup web = await region.TargetGroupAsync(tenant, "web");
        TargetGroup spare = await region.TargetGroupAsync(tenant, "spare");
        TargetGroup other = await region.TargetGroupAsync(tenant, "other");
        Listener first = await region.ListenerAsync(tenant, lb.Id, web.Id);
        Listener second = Region.Done(await region.Listeners.CreateAsync(
            tenant, lb.Id,
            new ListenerConfig(TransportProtocol.Tcp, 81, spare.Id, null)
            {
                TargetGroups = [new TargetGroupShare(spare.Id, 2), new TargetGroupShare(web.Id, 3)],
            },
            Cancel));
        foreach (TargetGroup group in new[] { web, other })
            Region.Done(await region.Targets.RegisterAsync(
                tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1), new TargetConfig("10.0.0.2", null, 1)],
                Cancel));
        Region.Done(await region.Targets.DeregisterAsync(tenant, web.Id, [new TargetKey("10.0.0.2", null)], Cancel));

        LoadBalancerTree tree = await TreeAsync(region, tenant, lb.Id);

        LoadBalancer seen = Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel));
        Assert.Equal((seen.Name, seen.Generation), (tree.Name, tree.Generation));
        Assert.True(seen.Status.TellsSame(tree.Status));
        Assert.Equal([first.Id, second.Id], tree.Listeners.Select(one => one.Id));
        Assert.Equal(second.TargetGroups, tree.Listeners[1].TargetGroups);
        Assert.Equal([web.Id, spare.Id], tree.TargetGroups.Select(one => one.Id));
        foreach (TargetGroupBranch branch in tree.TargetGroups)
        {
            TargetGroup group = Region.Done(await region.TargetGroups.GetAsync(tenant, branch.Id, Cancel));
            Assert.Equal((group.Name, group.Generation), (branch.Name, branch.Generation));
            Assert.True(group.Status.TellsSame(branch.Status));
            Page<Target> targets = Region.Done(await region.Targets.ListAsync(
                tenant, branch.Id, new PageRequest(100, null, null), Cancel));
            Assert.Equal(targets.Items, branch.Targets);
        }

        Assert.Equal(
            [TargetState.Initial, TargetState.Draining], tree.TargetGroups[0].Targets.Select(target => target.State));
    }

    [Fact]
    public async Task A_tree_without_branches_is_one_and_another_tenants_is_none()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        string stranger = (await region.TenantAsync("other")).Id;
        await region.ZoneAsync();
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        LoadBalancerTree tree = await TreeAsync(region, tenant, lb.Id);
        Assert.Equal((0, 0), (tree.Listeners.Count, tree.TargetGroups.Count));
        Assert.Equal(
            RefusalKind.NotFound,
            Region.Refused(await Trees(region).OfLoadBalancerAsync(stranger, lb.Id, Cancel)).Kind);
    }

    private static async Task<LoadBalancerTree> TreeAsync(Region region, string tenant, string id) =>
        Region.Done(await Trees(region).OfLoadBalancerAsync(tenant, id, Cancel));

    private static ITrees Trees(Region region) => region.Services.GetRequiredService<ITrees>();
}
