using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Snapshots;
using Hyperplane.Controller.Tests.Store;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;

namespace Hyperplane.Controller.Tests.LoadBalancers;

public sealed class InternalSchemeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_internal_load_balancer_has_an_address_of_the_internal_pool_announced_alone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("10.200.0.0/28", AddressPoolKind.Internal);
        string tenant = (await region.TenantAsync()).Id;

        LoadBalancer one = await CreateAsync(region, tenant, "one", "a");
        LoadBalancer two = await CreateAsync(region, tenant, "two", "a=10.200.0.15");
        LoadBalancer three = await CreateAsync(region, tenant, "three", "a");

        Assert.Equal(
            [(Scheme.Internal, "10.200.0.1"), (Scheme.Internal, "10.200.0.15"), (Scheme.Internal, "10.200.0.2")],
            new[] { one, two, three }.Select(lb => (lb.Scheme, lb.Zones[0].Address)));
        Snapshot snapshot = await region.SnapshotAsync();
        SnapshotInvariants.Check(snapshot);
        Assert.All(snapshot.Vips, vip => Assert.True(vip.AnnounceAlone));
        Assert.Equal(one.Id, (await CreateAsync(region, tenant, "one", "a")).Id);
        Assert.Equal("name_in_use", Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant, Region.Config("one", "a"), Cancel)).Code);
    }

    [Fact]
    public async Task What_an_internal_load_balancer_cannot_have_is_refused()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.ZoneAsync("b", 19);
        await region.PoolAsync("10.200.0.4/30", AddressPoolKind.Internal);
        await region.PoolAsync("203.0.113.0/24", zone: "b", name: "public");
        string tenant = (await region.TenantAsync()).Id;
        await CreateAsync(region, tenant, "one", "a=10.200.0.5");

        async Task<(RefusalKind, string, string)> RefusedAsync(params string[] zones)
        {
            Refusal refusal = Region.Refused(
                await region.LoadBalancers.CreateAsync(tenant, Config("next", zones), Cancel));
            return (refusal.Kind, refusal.Code, Assert.Single(refusal.Errors).Pointer);
        }

        Assert.Equal((RefusalKind.Invalid, "no_internal_pool", "/zones/1/zone"), await RefusedAsync("a", "b"));
        Assert.Equal(
            (RefusalKind.Invalid, "address_outside_pool", "/zones/0/address"), await RefusedAsync("a=198.18.0.9"));
        Assert.Equal(
            (RefusalKind.Conflict, "address_in_use", "/zones/0/address"), await RefusedAsync("a=10.200.0.5"));
        await CreateAsync(region, tenant, "two", "a");
        Assert.Equal((RefusalKind.Exhausted, "vip_pool_exhausted", "/zones/0"), await RefusedAsync("a"));
    }

    [Fact]
    public async Task Creations_at_the_same_time_get_addresses_of_their_own_and_deleted_ones_rest()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("10.200.0.0/28", AddressPoolKind.Internal);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer[] all = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => CreateAsync(region, tenant, $"x{i}", "a")));
        Assert.Equal(8, all.Select(lb => lb.Zones[0].Address).Distinct().Count());

        LoadBalancer first = all.Single(lb => lb.Zones[0].Address == "10.200.0.1");
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, first.Id, Cancel));

        Assert.Equal("10.200.0.9", (await CreateAsync(region, tenant, "next", "a")).Zones[0].Address);
        region.Time.Advance(TimeSpan.FromHours(25));
        await region.EndQuarantinesAsync();
        Assert.Equal("10.200.0.1", (await CreateAsync(region, tenant, "last", "a")).Zones[0].Address);
    }

    private static LoadBalancerConfig Config(string name, params string[] zones) =>
        Region.Config(name, zones) with { Scheme = Scheme.Internal };

    private static async Task<LoadBalancer> CreateAsync(
        Region region, string tenant, string name, params string[] zones) =>
        Region.Done(await region.LoadBalancers.CreateAsync(tenant, Config(name, zones), Cancel));
}
