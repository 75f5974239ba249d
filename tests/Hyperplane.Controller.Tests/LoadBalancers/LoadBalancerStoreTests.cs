using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Tests.LoadBalancers;

public sealed class LoadBalancerStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_created_load_balancer_has_one_address_of_its_shards_block_in_each_zone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18);
        await region.ZoneAsync("b", 19);

        LoadBalancer lb = await region.LoadBalancerAsync(tenant.Id, "web", "b", "a");

        Assert.Equal(["b", "a"], lb.Zones.Select(zone => zone.Zone));
        Assert.All(lb.Zones, zone => Assert.Equal(
            $"198.{(zone.Zone == "a" ? 18 : 19)}.{zone.Shard / 4}.{(zone.Shard % 4 * 64) + 1}", zone.Address));
        Assert.Equal(1, lb.Generation);
        Assert.Equal(ProvisioningStatus.Pending, lb.Status.Provisioning);
        Assert.Equal(OperatingStatus.NoTargets, lb.Status.Operating);
        LoadBalancer again = Region.Done(await region.LoadBalancers.GetAsync(tenant.Id, lb.Id, Cancel));
        Assert.Equal(lb.Zones, again.Zones);
        Assert.Equal(lb.CreatedAt, again.CreatedAt);
    }

    [Fact]
    public async Task The_same_create_again_gives_the_existing_one_and_another_one_a_conflict()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18);
        await region.ZoneAsync("b", 19);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant.Id, "web", "a");

        var same = Assert.IsType<Outcome<LoadBalancer>.Done>(
            await region.LoadBalancers.CreateAsync(
                tenant.Id, Region.Config("web", "a=" + lb.Zones[0].Address), Cancel));
        Assert.False(same.Changed);
        Assert.Equal(lb.Id, same.Value.Id);

        Refusal other =
            Region.Refused(await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("web", "a", "b"), Cancel));
        Assert.Equal((RefusalKind.Conflict, "name_in_use"), (other.Kind, other.Code));
        Refusal tags = Region.Refused(await region.LoadBalancers.CreateAsync(
            tenant.Id, Region.Config(
                "web", "a") with { Tags = new Dictionary<string, string> { ["x"] = "y" } }, Cancel));
        Assert.Equal("name_in_use", tags.Code);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_with_its_place()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18);
        Region.Done(await region.Cells.PutZoneAsync(
            new Zone("empty", "198.51.100.0/26", "198.51.101.0/24", "198.51.102.0/26"), Cancel));

        Refusal refusal = Region.Refused(await region.LoadBalancers.CreateAsync(
            tenant.Id,
            Region.Config("-bad-", "nowhere", "a=10.0.0.1", "a", "empty", "a=1.2.3") with
            {
                Tags = new Dictionary<string, string> { ["a/b~"] = "line\nend" },
            },
            Cancel));

        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Equal(
            [
                ("/name", "invalid_value"),
                ("/tags/a~1b~0", "invalid_value"),
                ("/zones/0/zone", "unknown_zone"),
                ("/zones/1/address", "address_outside_pool"),
                ("/zones/2/zone", "zone_repeated"),
                ("/zones/3/zone", "no_cell"),
                ("/zones/4/zone", "zone_repeated"),
                ("/zones/4/address", "invalid_value"),
            ],
            refusal.Errors.Select(error => (error.Pointer, error.Code)));
        Assert.Empty((await region.LoadBalancers.ListAsync(tenant.Id, new PageRequest(10, null, null), Cancel)).Items);
    }

    [Fact]
    public async Task No_zones_at_all_are_refused()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        Refusal refusal =
            Region.Refused(await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("web"), Cancel));
        Assert.Equal(("/zones", "invalid_value"), (refusal.Errors.Single().Pointer, refusal.Errors.Single().Code));
    }

    [Fact]
    public async Task A_zone_without_a_cell_is_an_exhausted_refusal()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        Region.Done(await region.Cells.PutZoneAsync(
            new Zone("e", "198.51.100.0/26", "198.51.101.0/24", "198.51.102.0/26"), Cancel));
        Refusal refusal =
            Region.Refused(await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("web", "e"), Cancel));
        Assert.Equal((RefusalKind.Exhausted, "no_cell"), (refusal.Kind, refusal.Code));
    }

    [Fact]
    public async Task A_chosen_address_is_served_by_its_blocks_shard_or_announced_alone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18);

        LoadBalancer inside = await region.LoadBalancerAsync(tenant.Id, "inside", "a=198.18.1.77");
        LoadBalancer outside = await region.LoadBalancerAsync(tenant.Id, "outside", "a=198.18.9.0");

        Assert.Equal(5, inside.Zones[0].Shard);
        Assert.InRange(outside.Zones[0].Shard, 0, 15);
        Assert.Equal("198.18.9.0", outside.Zones[0].Address);
        Assert.Equal(
            [("198.18.1.64/26", false), ("198.18.9.0/32", true)],
            await region.Database.RunAsync(
                null,
                db => Task.FromResult(db.LoadBalancerZones.OrderBy(zone => zone.VipId).AsEnumerable()
                    .Select(zone => (zone.Prefix.ToString(), zone.AnnounceAlone)).ToArray()),
                Cancel));
        Refusal taken = Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("third", "a=198.18.9.0"), Cancel));
        Assert.Equal((RefusalKind.Conflict, "address_in_use", "/zones/0/address"),
            (taken.Kind, taken.Code, taken.Errors[0].Pointer));
    }

    [Fact]
    public async Task An_exhausted_pool_is_refused_and_leaves_nothing_behind()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18, "29");
        await region.ZoneAsync("b", 19);
        for (int i = 0; i < 6; i++)
            await region.LoadBalancerAsync(tenant.Id, $"lb{i}", "a");

        Refusal refusal = Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("one-more", "b", "a"), Cancel));

        Assert.Equal((RefusalKind.Exhausted, "vip_pool_exhausted", "/zones/1"),
            (refusal.Kind, refusal.Code, refusal.Errors[0].Pointer));
        Page<LoadBalancer> all = await region.LoadBalancers
            .ListAsync(tenant.Id, new PageRequest(100, null, null), Cancel);
        Assert.Equal(6, all.Items.Count);
        Assert.Equal(6, all.Items.Select(lb => lb.Zones[0].Address).Distinct().Count());
        Assert.Empty(await region.Database.RunAsync(
            null, db => Task.FromResult(db.VipAddresses.Where(vip => vip.Zone == "b").ToList()), Cancel));
    }

    [Fact]
    public async Task A_deleted_address_is_nobodys_until_its_quarantine_ends()
    {
        await using Region region =
            await Region.CreateAsync(postgres, options => options with { AddressQuarantine = TimeSpan.FromHours(2) });
        Tenant tenant = await region.TenantAsync();
        Tenant other = await region.TenantAsync("other");
        await region.ZoneAsync("a", 18, "30");
        LoadBalancer first = await region.LoadBalancerAsync(tenant.Id, "first");
        LoadBalancer second = await region.LoadBalancerAsync(tenant.Id, "second");
        LoadBalancer deleted = Region.Done(await region.LoadBalancers.DeleteAsync(tenant.Id, first.Id, Cancel));
        Assert.Equal(ProvisioningStatus.Deleting, deleted.Status.Provisioning);
        Assert.False(Assert.IsType<Outcome<LoadBalancer>.Done>(
            await region.LoadBalancers.DeleteAsync(tenant.Id, first.Id, Cancel)).Changed);

        foreach (Tenant anyone in new[] { tenant, other })
        {
            Assert.Equal("vip_pool_exhausted", Region.Refused(
                await region.LoadBalancers.CreateAsync(anyone.Id, Region.Config("next", "a"), Cancel)).Code);
            Assert.Equal("address_in_use", Region.Refused(
                await region.LoadBalancers.CreateAsync(
                    anyone.Id, Region.Config("next", "a=" + first.Zones[0].Address), Cancel)).Code);
        }

        region.Time.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));
        await region.EndQuarantinesAsync();
        LoadBalancer next = await region.LoadBalancerAsync(other.Id, "next");
        Assert.Equal(first.Zones[0].Address, next.Zones[0].Address);
        Assert.NotEqual(second.Zones[0].Address, next.Zones[0].Address);
    }

    [Fact]
    public async Task A_name_is_free_again_as_soon_as_its_load_balancer_is_deleted()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync();
        LoadBalancer first = await region.LoadBalancerAsync(tenant.Id);
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant.Id, first.Id, Cancel));
        LoadBalancer second = await region.LoadBalancerAsync(tenant.Id);
        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.Zones[0].Address, second.Zones[0].Address);
    }

    [Fact]
    public async Task Concurrent_creates_of_one_name_make_one_load_balancer()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync();

        Outcome<LoadBalancer>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Task.Run(() => region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("web", "a"), Cancel))));

        var done = outcomes.Select(outcome => Assert.IsType<Outcome<LoadBalancer>.Done>(outcome)).ToList();
        Assert.Single(done, outcome => outcome.Changed);
        Assert.Single(done.Select(outcome => outcome.Value.Id).Distinct());
    }

    [Fact]
    public async Task Of_concurrent_creates_that_want_the_last_addresses_exactly_as_many_succeed_as_there_are()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18, "29");

        Outcome<LoadBalancer>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => Task.Run(() => region.LoadBalancers.CreateAsync(tenant.Id, Region.Config($"lb{i}", "a"), Cancel))));

        Assert.Equal(6, outcomes.OfType<Outcome<LoadBalancer>.Done>()
            .Select(done => done.Value.Zones[0].Address).Distinct().Count());
        Assert.Equal(14, outcomes.OfType<Outcome<LoadBalancer>.Refused>()
            .Count(refused => refused.Refusal.Code == "vip_pool_exhausted"));
    }

    [Fact]
    public async Task Of_concurrent_creates_with_the_same_chosen_address_one_succeeds()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync();

        Outcome<LoadBalancer>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => Task.Run(
                () => region.LoadBalancers.CreateAsync(tenant.Id, Region.Config($"lb{i}", "a=198.18.0.1"), Cancel))));

        Assert.Single(outcomes.OfType<Outcome<LoadBalancer>.Done>());
        Assert.Equal(9, outcomes.OfType<Outcome<LoadBalancer>.Refused>()
            .Count(refused => refused.Refusal.Code == "address_in_use"));
    }

    [Fact]
    public async Task Creates_in_opposite_zone_order_do_not_block_each_other()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18, "26");
        await region.ZoneAsync("b", 19, "26");

        Outcome<LoadBalancer>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(
            () => region.LoadBalancers.CreateAsync(
                tenant.Id, i % 2 == 0 ? Region.Config($"lb{i}", "a", "b") : Region
                    .Config($"lb{i}", "b", "a"), Cancel))));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome<LoadBalancer>.Done>(outcome));
    }

    [Fact]
    public async Task Of_two_cells_the_one_that_carries_less_is_chosen_and_one_with_nodes_before_one_without()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync("a", 18, "24");
        Region.Done(await region.Cells.PutCellAsync(new Cell("a2", "a"), Cancel));

        Assert.Equal("a1", (await region.LoadBalancerAsync(tenant.Id, "one")).Zones[0].Cell);
        Assert.Equal("a1", (await region.LoadBalancerAsync(tenant.Id, "two")).Zones[0].Cell);
        Tenant other = await region.TenantAsync("other");
        Assert.Equal("a2", (await region.LoadBalancerAsync(other.Id, "one")).Zones[0].Cell);
        Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", null, Cancel));
        Assert.Equal("a1", (await region.LoadBalancerAsync(other.Id, "three")).Zones[0].Cell);
        Assert.Equal("a1", (await region.LoadBalancerAsync(other.Id, "four")).Zones[0].Cell);
    }

    [Fact]
    public async Task A_list_is_told_page_by_page_in_order_of_creation()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync();
        for (int i = 0; i < 5; i++)
            await region.LoadBalancerAsync(tenant.Id, $"lb{i}");

        var names = new List<string>();
        string? token = null;
        do
        {
            Page<LoadBalancer> page = await region.LoadBalancers
                .ListAsync(tenant.Id, new PageRequest(2, token, null), Cancel);
            Assert.InRange(page.Items.Count, 1, 2);
            names.AddRange(page.Items.Select(lb => lb.Name));
            token = page.NextToken;
        }
        while (token is not null);

        Assert.Equal(["lb0", "lb1", "lb2", "lb3", "lb4"], names);
        Page<LoadBalancer> named = await region.LoadBalancers
            .ListAsync(tenant.Id, new PageRequest(2, null, "lb3"), Cancel);
        Assert.Equal("lb3", Assert.Single(named.Items).Name);
        Assert.Null(named.NextToken);
    }

    [Fact]
    public async Task Another_tenants_load_balancer_is_not_found()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        Tenant other = await region.TenantAsync("other");
        await region.ZoneAsync();
        LoadBalancer lb = await region.LoadBalancerAsync(tenant.Id);

        Assert.Equal(
            RefusalKind.NotFound, Region.Refused(await region.LoadBalancers.GetAsync(other.Id, lb.Id, Cancel)).Kind);
        Assert.Equal(
            RefusalKind.NotFound, Region.Refused(await region.LoadBalancers.DeleteAsync(other.Id, lb.Id, Cancel)).Kind);
        Assert.Empty((await region.LoadBalancers.ListAsync(other.Id, new PageRequest(10, null, null), Cancel)).Items);
        Assert.Equal(lb.Id, Region.Done(await region.LoadBalancers.GetAsync(tenant.Id, lb.Id, Cancel)).Id);
    }

    [Fact]
    public async Task Who_was_deleted_while_its_key_was_still_believed_is_told_so()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        Refusal refusal = Region.Refused(
            await region.LoadBalancers.CreateAsync("tn-gone", Region.Config("web", "a"), Cancel));
        Assert.Equal((RefusalKind.NotFound, "not_found"), (refusal.Kind, refusal.Code));
        refusal = Region.Refused(await region.TargetGroups.CreateAsync("tn-gone", Region.Group("web"), Cancel));
        Assert.Equal((RefusalKind.NotFound, "not_found"), (refusal.Kind, refusal.Code));
    }

    [Fact]
    public async Task A_cell_announces_only_so_many_addresses_alone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        await region.ZoneAsync();
        await region.Database.RunAsync(
            null,
            db => db.Database.ExecuteSqlAsync(
                $"""
                insert into vip_addresses (address, zone, cell, announce_alone)
                select '198.18.8.0'::inet + i, 'a', 'a1', true from generate_series(0, 1023) i
                """,
                Cancel),
            Cancel);

        Refusal refusal = Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("web", "a=198.18.15.1"), Cancel));

        Assert.Equal((RefusalKind.Exhausted, "vip_pool_exhausted"), (refusal.Kind, refusal.Code));
        await region.LoadBalancerAsync(tenant.Id, "inside", "a=198.18.0.9");
    }
}
