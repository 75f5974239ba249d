using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.ElasticIps;

public sealed class ElasticIpStoreTests(PostgresFixture postgres)
{
    private static readonly Dictionary<string, string> NoTags = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_elastic_ip_is_the_lowest_free_address_or_the_one_that_is_asked_for()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.0/29");
        string tenant = (await region.TenantAsync()).Id;

        ElasticIp chosen = await region.ElasticIpAsync(tenant, address: "203.0.113.2");
        string[] lowest =
            [(await region.ElasticIpAsync(tenant)).Address, (await region.ElasticIpAsync(tenant)).Address];

        Assert.Equal(("203.0.113.2", "a", IpFamily.Ipv4, 1L), (
            chosen.Address, chosen.Zone, chosen.IpAddressType, chosen.Generation));
        Assert.Null(chosen.AssociatedWith);
        Assert.Equal(["203.0.113.1", "203.0.113.3"], lowest);
        Assert.Equal(chosen.Address, Region.Done(
            await region.ElasticIps.GetAsync(tenant, chosen.Id, Cancel)).Address);
        Assert.Equal(
            3, (await region.ElasticIps.ListAsync(tenant, new PageRequest(9, null, null), Cancel)).Items.Count);
    }

    [Fact]
    public async Task A_full_pool_goes_on_in_the_next_one_and_an_end_may_be_asked_for()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.0/30", name: "one");
        await region.PoolAsync("203.0.113.9/32", name: "two");
        string tenant = (await region.TenantAsync()).Id;

        var got = new List<string>();
        for (int i = 0; i < 3; i++)
            got.Add((await region.ElasticIpAsync(tenant)).Address);
        Refusal none = Region.Refused(
            await region.ElasticIps.CreateAsync(tenant, new ElasticIpConfig("a", NoTags), Cancel));

        Assert.Equal(["203.0.113.1", "203.0.113.2", "203.0.113.9"], got);
        Assert.Equal((RefusalKind.Exhausted, "elastic_pool_exhausted"), (none.Kind, none.Code));
        Assert.Equal("203.0.113.0", (await region.ElasticIpAsync(tenant, address: "203.0.113.0")).Address);
    }

    [Fact]
    public async Task A_name_makes_the_same_request_again_the_same_elastic_ip()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.0/29");
        string tenant = (await region.TenantAsync()).Id;
        var wanted = new ElasticIpConfig("a", new Dictionary<string, string> { ["team"] = "web" }) { Name = "front" };

        ElasticIp one = Region.Done(await region.ElasticIps.CreateAsync(tenant, wanted, Cancel));
        var again = Assert.IsType<Outcome<ElasticIp>.Done>(
            await region.ElasticIps.CreateAsync(tenant, wanted with { Address = one.Address }, Cancel));
        Refusal other = Region.Refused(
            await region.ElasticIps.CreateAsync(tenant, wanted with { Tags = NoTags }, Cancel));

        Assert.Equal((one.Id, false), (again.Value.Id, again.Changed));
        Assert.Equal((RefusalKind.Conflict, "name_in_use"), (other.Kind, other.Code));
        Assert.Equal(one.Id, Assert.Single((await region.ElasticIps.ListAsync(
            tenant, new PageRequest(9, null, "front"), Cancel)).Items).Id);
    }

    [Theory]
    [InlineData("nowhere", null, null, "unknown_zone", "/zone")]
    [InlineData("b", null, null, "no_elastic_pool", "/zone")]
    [InlineData("a", null, IpFamily.Ipv6, "no_elastic_pool", "/zone")]
    [InlineData("a", "203.0.113", null, "invalid_value", "/address")]
    [InlineData("a", "203.0.113.3", IpFamily.Ipv6, "invalid_value", "/address")]
    [InlineData("a", "203.0.114.3", null, "address_outside_pool", "/address")]
    [InlineData("a", "198.18.0.3", null, "address_outside_pool", "/address")]
    [InlineData("a", "192.0.2.3", null, "address_outside_pool", "/address")]
    [InlineData("a", "203.0.113.1", null, "address_in_use", "/address")]
    public async Task What_cannot_be_allocated_is_refused(
        string zone, string? address, IpFamily? family, string code, string pointer)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.ZoneAsync("b", 19);
        await region.PoolAsync("203.0.113.0/29");
        await region.PoolAsync("192.0.2.0/29", AddressPoolKind.Internal, name: "inside");
        await region.ElasticIpAsync((await region.TenantAsync("theirs")).Id);
        string tenant = (await region.TenantAsync()).Id;

        Refusal refusal = Region.Refused(await region.ElasticIps.CreateAsync(
            tenant, new ElasticIpConfig(zone, NoTags) { Address = address, IpAddressType = family }, Cancel));

        Assert.Equal((code, pointer), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
    }

    [Fact]
    public async Task Tags_change_and_another_tenants_elastic_ip_is_not_there()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.0/29");
        string tenant = (await region.TenantAsync()).Id;
        string other = (await region.TenantAsync("other")).Id;
        ElasticIp one = await region.ElasticIpAsync(tenant);
        var change = new ElasticIpChange { Tags = new Dictionary<string, string?> { ["team"] = "web" } };

        ElasticIp changed = Region.Done(await region.ElasticIps.ChangeAsync(tenant, one.Id, change, Cancel));
        var again = Assert.IsType<Outcome<ElasticIp>.Done>(
            await region.ElasticIps.ChangeAsync(tenant, one.Id, change, Cancel));

        Assert.Equal((2L, "web"), (changed.Generation, changed.Tags["team"]));
        Assert.Equal((2L, false), (again.Value.Generation, again.Changed));
        Assert.Equal("not_found", Region.Refused(await region.ElasticIps.GetAsync(other, one.Id, Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(
            await region.ElasticIps.ChangeAsync(other, one.Id, change, Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(await region.ElasticIps.ReleaseAsync(other, one.Id, Cancel)).Code);
        Assert.Empty((await region.ElasticIps.ListAsync(other, new PageRequest(9, null, null), Cancel)).Items);
    }

    [Fact]
    public async Task The_quota_is_five_and_a_tenant_that_holds_one_stays()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.0/24");
        string tenant = (await region.TenantAsync()).Id;
        Outcome<ElasticIp>[] all = await Task.WhenAll(Enumerable.Range(0, 7).Select(
            _ => region.ElasticIps.CreateAsync(tenant, new ElasticIpConfig("a", NoTags), Cancel)));

        Assert.Equal(5, all.OfType<Outcome<ElasticIp>.Done>().Select(done => done.Value.Address).Distinct().Count());
        Assert.Equal("quota_exceeded", Region.Refused(all.First(one => one is Outcome<ElasticIp>.Refused)).Code);
        Quota quota = Region.Done(await region.Quotas.GetAsync(tenant, Cancel))
            .Single(one => one.Name == QuotaName.ElasticIps);
        Assert.Equal((5, 5, 5), (quota.Value, quota.Default, quota.Used));
        Assert.Equal("resource_in_use", Region.Refused(await region.Tenants.DeleteAsync(tenant, Cancel)).Code);
    }

    [Fact]
    public async Task A_released_address_that_never_served_is_free_at_once()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.7/32");
        string tenant = (await region.TenantAsync()).Id;
        ElasticIp one = await region.ElasticIpAsync(tenant);
        Region.Done(await region.ElasticIps.ReleaseAsync(tenant, one.Id, Cancel));
        Assert.Equal("not_found", Region.Refused(await region.ElasticIps.ReleaseAsync(tenant, one.Id, Cancel)).Code);

        ElasticIp next = await region.ElasticIpAsync((await region.TenantAsync("other")).Id);

        Assert.Equal((one.Address, true), (next.Address, next.Id != one.Id));
    }
}
