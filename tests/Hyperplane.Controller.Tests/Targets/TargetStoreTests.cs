using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.Targets;

public sealed class TargetStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Targets_are_registered_with_the_groups_port_and_are_unused_until_a_listener_forwards_to_them()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        IReadOnlyList<Target> targets = Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1), new TargetConfig("10.0.0.1", 81, 0)], Cancel));

        Assert.Equal([8080, 81], targets.Select(target => target.Port));
        Assert.All(
            targets, target => Assert.Equal((TargetState.Unused, "Target.NotInUse"), (target.State, target.Reason)));
        Assert.Equal(2, Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Generation);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        Target target = Region.Done(await region.Targets.GetAsync(tenant, group.Id, targets[0].Id, Cancel));
        Assert.Equal((TargetState.Initial, "Elb.RegistrationInProgress"), (target.State, target.Reason));
        Assert.Equal(
            OperatingStatus.Down, Region.Done(
                await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Status.Operating);
    }

    [Fact]
    public async Task Registering_again_changes_the_weight_only_and_the_same_changes_nothing()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        Target first = Region.Done(
            await region.Targets.RegisterAsync(tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1)], Cancel))[0];
        var same = Assert.IsType<Outcome<IReadOnlyList<Target>>.Done>(
            await region.Targets.RegisterAsync(tenant, group.Id, [new TargetConfig("10.0.0.1", 8080, 1)], Cancel));
        Assert.Equal((false, first), (same.Changed, same.Value[0]));
        Target heavier = Region.Done(
            await region.Targets.RegisterAsync(tenant, group.Id, [new TargetConfig("10.0.0.1", null, 5)], Cancel))[0];
        Assert.Equal(first with { Weight = 5 }, heavier);
        Assert.Equal(3, Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Generation);
    }

    [Fact]
    public async Task Registering_again_changes_the_zone_to_one_that_exists_or_to_none()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        await region.ZoneAsync("b", net: 20);
        foreach ((string? zone, long generation) in new (string?, long)[] { ("a", 2), ("b", 3), ("b", 3), (null, 4) })
        {
            Target target = Region.Done(await RegisterAsync(zone))[0];
            Assert.Equal(zone, target.Zone);
            Target one = Region.Done(await region.Targets.GetAsync(tenant, group.Id, target.Id, Cancel));
            Assert.Empty(one.Checks!);
            Assert.Equal(target, one with { Checks = null });
            Assert.Equal(
                generation, Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Generation);
        }

        FieldError error = Assert.Single(Region.Refused(await RegisterAsync("B")).Errors);
        Assert.Equal(("/targets/0/zone", "unknown_zone"), (error.Pointer, error.Code));
        Assert.Contains("known: a, b", error.Message, StringComparison.Ordinal);

        Task<Outcome<IReadOnlyList<Target>>> RegisterAsync(string? zone) => region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1) { Zone = zone }], Cancel);
    }

    [Fact]
    public async Task A_deregistered_target_drains_and_registering_it_again_cancels_that()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        Target first = Region.Done(
            await region.Targets.RegisterAsync(tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1)], Cancel))[0];
        IReadOnlyList<Target> draining = Region.Done(await region.Targets.DeregisterAsync(
            tenant, group.Id, [new TargetKey("10.0.0.1", null), new TargetKey("10.9.9.9", null)], Cancel));
        Assert.Equal((first.Id, TargetState.Draining), (Assert.Single(draining).Id, draining[0].State));
        Assert.False(Assert.IsType<Outcome<IReadOnlyList<Target>>.Done>(
            await region.Targets.DeregisterAsync(tenant, group.Id, [new TargetKey("10.0.0.1", 8080)], Cancel)).Changed);
        Target back = Region.Done(
            await region.Targets.RegisterAsync(tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1)], Cancel))[0];
        Assert.Equal((first.Id, TargetState.Unused), (back.Id, back.State));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_and_nothing_is_registered()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        Refusal refusal = Region.Refused(await region.Targets.RegisterAsync(
            tenant,
            group.Id,
            [
                new TargetConfig("10.0.0.1", null, 1), new TargetConfig(
                    "10.0.0.1", 8080, 1), new TargetConfig("198.18.0.1", null, 1),
                new TargetConfig("198.18.240.9", null, 1), new TargetConfig(
                    "224.0.0.1", null, 1), new TargetConfig("fd00::1", null, 1),
                new TargetConfig("10.0.0.2", 65_536, 1_000),
            ],
            Cancel));
        Assert.Equal(
            [
                "/targets/1", "/targets/2/address", "/targets/3/address", "/targets/4/address", "/targets/5/address",
                "/targets/6/port", "/targets/6/weight",
            ],
            refusal.Errors.Select(error => error.Pointer));
        Assert.Empty(Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(10, null, null), Cancel)).Items);
    }

    [Fact]
    public async Task No_targets_and_too_many_targets_are_refused()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        TargetConfig[] many =
            [.. Enumerable.Range(0, 1_001).Select(i => new TargetConfig($"10.0.{i / 256}.{i % 256}", null, 1))];
        Assert.Equal(
            "no_targets", Region.Refused(await region.Targets.RegisterAsync(tenant, group.Id, [], Cancel)).Code);
        Assert.Equal(
            "no_targets", Region.Refused(await region.Targets.DeregisterAsync(tenant, group.Id, [], Cancel)).Code);
        Assert.Equal("too_many_targets", Region.Refused(
            await region.Targets.RegisterAsync(tenant, group.Id, many, Cancel)).Code);
    }

    [Fact]
    public async Task Concurrent_registrations_of_the_same_targets_register_each_once()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        Outcome<IReadOnlyList<Target>>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => region.Targets.RegisterAsync(
                tenant,
                group.Id,
                [.. Enumerable.Range(
                    1, 50).Select(k => new TargetConfig($"10.0.0.{(i % 2 == 0 ? k : 51 - k)}", null, 1))],
                Cancel))));
        Assert.Equal(50, outcomes.SelectMany(Region.Done).Select(target => target.Id).Distinct().Count());
        Page<Target> page =
            Region.Done(await region.Targets.ListAsync(tenant, group.Id, new PageRequest(30, null, null), Cancel));
        Page<Target> rest = Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(30, page.NextToken, null), Cancel));
        Assert.Equal((30, 20, null), (page.Items.Count, rest.Items.Count, rest.NextToken));
    }

    [Fact]
    public async Task Another_tenants_group_is_not_found()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, TargetGroup group) = await FillAsync(region);
        Target target = Region.Done(
            await region.Targets.RegisterAsync(tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1)], Cancel))[0];
        string other = (await region.TenantAsync("other")).Id;
        Assert.Equal("not_found", Region.Refused(
            await region.Targets.RegisterAsync(other, group.Id, [new TargetConfig("10.0.0.1", null, 1)], Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(
            await region.Targets.DeregisterAsync(other, group.Id, [new TargetKey("10.0.0.1", null)], Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(
            await region.Targets.ListAsync(other, group.Id, new PageRequest(10, null, null), Cancel)).Code);
        Assert.Equal(
            "not_found", Region.Refused(await region.Targets.GetAsync(other, group.Id, target.Id, Cancel)).Code);
    }

    private static async Task<(string Tenant, TargetGroup Group)> FillAsync(Region region)
    {
        await region.ZoneAsync();
        string tenant = (await region.TenantAsync()).Id;
        return (tenant, await region.TargetGroupAsync(tenant));
    }
}
