using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Trees;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Controller.Tests.Trees;

/// <summary>A tree is created whole or not at all, by the rules of its parts.</summary>
public sealed class NewTreeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tree_is_there_whole_and_the_same_again_changes_nothing()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        await region.ZoneAsync();
        TargetGroup old = await region.TargetGroupAsync(tenant, "old");
        NewListener[] under =
            [Listener(80, New("web", "10.0.0.1", "10.0.0.2"), old.Id), Listener(81, New("web", "10.0.0.1"))];

        Outcome<LoadBalancer> made = await CreateAsync(region, tenant, under);

        LoadBalancer lb = Region.Done(made);
        Assert.True(Assert.IsType<Outcome<LoadBalancer>.Done>(made).Changed);
        Assert.Equal(3, lb.Generation);
        LoadBalancerTree tree = await TreeAsync(region, tenant, lb.Id);
        Assert.Equal([80, 81], tree.Listeners.Select(one => one.Port));
        Assert.Equal(["old", "web"], tree.TargetGroups.Select(one => one.Name));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], tree.TargetGroups[1].Targets.Select(one => one.Address));
        Assert.Equal([(tree.TargetGroups[1].Id, 5), (old.Id, 5)],
            tree.Listeners[0].TargetGroups.Select(share => (share.TargetGroupId, share.Weight)));

        var again = Assert.IsType<Outcome<LoadBalancer>.Done>(await CreateAsync(region, tenant, under));
        Assert.Equal((lb.Id, 3L, false), (again.Value.Id, again.Value.Generation, again.Changed));
    }

    [Fact]
    public async Task What_is_wrong_anywhere_leaves_nothing_and_all_of_it_is_told()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        await region.ZoneAsync();
        Refusal refusal = Region.Refused(await CreateAsync(
            region, tenant,
            Listener(80, New("web", "10.0.0.1"), "tg-none"),
            Listener(81, New("other", "198.18.0.1")),
            Listener(82, new NewTargetGroup(Region.Group("dns", TransportProtocol.Udp), []))));
        Assert.Equal(
            [
                "/listeners/0/targetGroups/1/targetGroupId unknown_target_group",
                "/listeners/1/targetGroups/0/targetGroup/targets/0/address invalid_value",
                "/listeners/2/targetGroups/0/targetGroup protocol_mismatch",
            ],
            refusal.Errors.Select(error => $"{error.Pointer} {error.Code}"));
        Assert.Equal((0, 0, 0), await CountAsync(region, tenant));
    }

    [Fact]
    public async Task A_quota_holds_within_a_tree()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        await region.ZoneAsync();
        await region.QuotasAsync(tenant, (QuotaName.TargetGroups, 1));
        Refusal refusal = Region.Refused(await CreateAsync(
            region, tenant, Listener(80, New("one")), Listener(81, New("two"))));
        Assert.Equal((RefusalKind.Forbidden, "quota_exceeded"), (refusal.Kind, refusal.Code));
        Assert.Equal("/listeners/1/targetGroups/0/targetGroup", Assert.Single(refusal.Errors).Pointer);
        Assert.Equal((0, 0, 0), await CountAsync(region, tenant));
    }

    [Fact]
    public async Task A_name_that_is_taken_by_another_tree_is_a_conflict()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        await region.ZoneAsync();
        Region.Done(await CreateAsync(region, tenant, Listener(80, New("web", "10.0.0.1"))));
        Refusal more = Region.Refused(await CreateAsync(
            region, tenant, Listener(80, New("web", "10.0.0.1")), Listener(81, New("web", "10.0.0.1"))));
        Assert.Equal((RefusalKind.Conflict, "name_in_use"), (more.Kind, more.Code));
        Refusal targets = Region.Refused(await NewTrees(region).CreateAsync(tenant, New("web", "10.0.0.9"), Cancel));
        Assert.Equal((RefusalKind.Conflict, "name_in_use"), (targets.Kind, targets.Code));
        Assert.Equal((1, 1, 1), await CountAsync(region, tenant));
    }

    [Fact]
    public async Task A_group_comes_with_targets_and_a_listener_with_groups()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        await region.ZoneAsync();
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup group = Region.Done(
            await NewTrees(region).CreateAsync(tenant, New("web", "10.0.0.1"), Cancel));
        Assert.Equal(2, group.Generation);
        Listener listener = Region.Done(await NewTrees(region).CreateAsync(
            tenant, lb.Id, Listener(80, New("web", "10.0.0.1"), New("spare")), Cancel));
        Assert.Equal(group.Id, listener.TargetGroupId);
        Assert.Equal((2, 1, 1), await CountAsync(region, tenant));
        Assert.Equal(
            "not_found",
            Region.Refused(await NewTrees(region).CreateAsync(
                tenant, "lb-none", Listener(80, New("lost", "10.0.0.1")), Cancel)).Code);
        Assert.Equal((2, 1, 1), await CountAsync(region, tenant));
    }

    private static NewTargetGroup New(string name, params string[] addresses) =>
        new(Region.Group(name), [.. addresses.Select(address => new TargetConfig(address, null, 1))]);

    /// <summary>A listener whose groups are new ones or ids, each of weight 5.</summary>
    private static NewListener Listener(int port, params object[] groups)
    {
        TargetGroupShare[] shares = [.. groups.Select(group => new TargetGroupShare(group as string ?? "", 5))];
        return new NewListener(
            new ListenerConfig(TransportProtocol.Tcp, port, "", null) { TargetGroups = shares },
            [.. groups.Select(group => group as NewTargetGroup)]);
    }

    private static Task<Outcome<LoadBalancer>> CreateAsync(
        Region region, string tenant, params NewListener[] listeners) =>
        NewTrees(region).CreateAsync(tenant, Region.Config("web", "a"), listeners, Cancel);

    private static async Task<LoadBalancerTree> TreeAsync(Region region, string tenant, string id) => Region.Done(
        await region.Services.GetRequiredService<ITrees>().OfLoadBalancerAsync(tenant, id, Cancel));

    private static INewTrees NewTrees(Region region) => region.Services.GetRequiredService<INewTrees>();

    private static Task<(int Groups, int Targets, int LoadBalancers)> CountAsync(Region region, string tenant) =>
        region.Database.RunAsync(
            tenant,
            async db => (
                await db.TargetGroups.CountAsync(Cancel), await db.Targets.CountAsync(Cancel),
                await db.LoadBalancers.CountAsync(Cancel)),
            Cancel);
}
