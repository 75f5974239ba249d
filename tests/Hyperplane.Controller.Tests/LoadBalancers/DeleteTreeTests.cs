using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Tests.LoadBalancers;

/// <summary>A load balancer deleted with what only it used.</summary>
public sealed class DeleteTreeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Groups_that_only_its_listeners_used_go_with_their_targets_and_others_stay()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        await region.ZoneAsync();
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        LoadBalancer other = await region.LoadBalancerAsync(tenant, "other");
        TargetGroup own = await region.TargetGroupAsync(tenant, "own");
        TargetGroup shared = await region.TargetGroupAsync(tenant, "shared");
        TargetGroup unused = await region.TargetGroupAsync(tenant, "unused");
        await region.ListenerAsync(tenant, lb.Id, own.Id, 80);
        await region.ListenerAsync(tenant, lb.Id, own.Id, 81);
        await region.ListenerAsync(tenant, lb.Id, shared.Id, 82);
        await region.ListenerAsync(tenant, other.Id, shared.Id, 80);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, own.Id, [new TargetConfig("10.0.0.1", null, 1)], Cancel));

        LoadBalancer gone = Region.Done(await region.LoadBalancers.DeleteTreeAsync(tenant, lb.Id, Cancel));

        Assert.Equal(ProvisioningStatus.Deleting, gone.Status.Provisioning);
        Page<TargetGroup> left = await region.TargetGroups.ListAsync(
            tenant, new PageRequest(100, null, null), Cancel);
        Assert.Equal([shared.Id, unused.Id], left.Items.Select(group => group.Id));
        Assert.Equal(0, await region.Database.RunAsync(tenant, db => db.Targets.CountAsync(Cancel), Cancel));
        Assert.Equal(
            1,
            await region.Database.RunAsync(
                null, db => db.Events.CountAsync(one => one.Action == "target_group.deleted", Cancel), Cancel));
        LoadBalancer again = Region.Done(await region.LoadBalancers.DeleteTreeAsync(tenant, lb.Id, Cancel));
        Assert.Equal(gone.Generation, again.Generation);
    }

    [Fact]
    public async Task A_protected_one_stays_whole_and_so_does_another_tenants()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        string stranger = (await region.TenantAsync("stranger")).Id;
        await region.ZoneAsync();
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup own = await region.TargetGroupAsync(tenant, "own");
        await region.ListenerAsync(tenant, lb.Id, own.Id);
        Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant, lb.Id,
            new LoadBalancerChange
            {
                Attributes = new Dictionary<string, string?> { ["deletion_protection.enabled"] = "true" },
            },
            Cancel));
        Assert.Equal(
            "deletion_protected",
            Region.Refused(await region.LoadBalancers.DeleteTreeAsync(tenant, lb.Id, Cancel)).Code);
        Assert.Equal(
            "not_found", Region.Refused(await region.LoadBalancers.DeleteTreeAsync(stranger, lb.Id, Cancel)).Code);
        Region.Done(await region.TargetGroups.GetAsync(tenant, own.Id, Cancel));
    }
}
