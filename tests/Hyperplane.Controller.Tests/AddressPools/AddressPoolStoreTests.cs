using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.AddressPools;

public sealed class AddressPoolStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pool_is_declared_once_and_told_as_it_is()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        var wanted = new AddressPool("public", "a", "203.0.113.0/24", AddressPoolKind.Elastic);

        Assert.True(
            Assert.IsType<Outcome<AddressPool>.Done>(await region.AddressPools.PutAsync(wanted, Cancel)).Changed);
        Assert.False(
            Assert.IsType<Outcome<AddressPool>.Done>(await region.AddressPools.PutAsync(wanted, Cancel)).Changed);

        Assert.Equal(wanted, Region.Done(await region.AddressPools.GetAsync("public", Cancel)));
        Assert.Equal([wanted], await region.AddressPools.ListAsync(Cancel));
        Assert.Equal("name_in_use", Region.Refused(
            await region.AddressPools.PutAsync(wanted with { Kind = AddressPoolKind.Internal }, Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(await region.AddressPools.GetAsync("other", Cancel)).Code);
        Assert.Equal(wanted, Region.Done(await region.AddressPools.DeleteAsync("public", Cancel)));
        Assert.Equal("not_found", Region.Refused(await region.AddressPools.DeleteAsync("public", Cancel)).Code);
    }

    [Theory]
    [InlineData("Bad", "a", "203.0.113.0/24", "invalid_value", "/name")]
    [InlineData("p", "a", "203.0.113.1/24", "invalid_value", "/prefix")]
    [InlineData("p", "a", "203.0.0.0/7", "invalid_value", "/prefix")]
    [InlineData("p", "a", "224.0.0.0/24", "invalid_value", "/prefix")]
    [InlineData("p", "b", "203.0.113.0/24", "unknown_zone", "/zone")]
    [InlineData("p", "a", "fd00::/64", "no_ipv6", "/prefix")]
    [InlineData("p", "a", "198.18.8.0/24", "address_in_use", "/prefix")]
    [InlineData("p", "a", "198.18.240.0/28", "address_in_use", "/prefix")]
    [InlineData("p", "a", "192.0.0.0/8", "address_in_use", "/prefix")]
    [InlineData("p", "a", "10.18.0.0/24", "address_in_use", "/prefix")]
    [InlineData("p", "a", "10.99.0.128/25", "address_in_use", "/prefix")]
    public async Task What_cannot_be_a_pool_is_refused(
        string name, string zone, string prefix, string code, string pointer)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        await region.PoolAsync("192.0.2.0/24", AddressPoolKind.Internal);
        Region.Done(await region.Cells.PutCellAsync(
            new Cell("a1", "a") { TunnelSourcePrefix = "10.99.0.0/24" }, Cancel));

        Refusal refusal = Region.Refused(await region.AddressPools.PutAsync(
            new AddressPool(name, zone, prefix, AddressPoolKind.Elastic), Cancel));

        Assert.Equal((code, pointer), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
    }

    [Fact]
    public async Task What_a_pool_has_nobody_else_may_declare()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.0/24");

        Refusal zone = Region.Refused(await region.Cells.PutZoneAsync(
            new Zone("b", "198.20.0.0/20", "203.0.113.0/26", "198.20.241.0/26"), Cancel));
        Refusal cell = Region.Refused(await region.Cells.PutCellAsync(
            new Cell("a2", "a") { TunnelSourcePrefix = "203.0.113.0/28" }, Cancel));
        Refusal node = Region.Refused(await region.Cells.PutNodeAsync("a1", "n1", "203.0.113.9", null, Cancel));

        Assert.Equal(("address_in_use", "address_in_use", "invalid_value"), (zone.Code, cell.Code, node.Code));
    }

    [Fact]
    public async Task A_pool_grows_and_shrinks_but_not_under_used_addresses()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        string tenant = (await region.TenantAsync()).Id;
        await region.PoolAsync("203.0.113.64/26");
        ElasticIp one = await region.ElasticIpAsync(tenant, address: "203.0.113.100");

        AddressPool grown = await region.PoolAsync("203.0.113.0/24");
        AddressPool shrunk = await region.PoolAsync("203.0.113.96/27");
        Refusal under = Region.Refused(await region.AddressPools.PutAsync(
            shrunk with { Prefix = "203.0.113.0/28" }, Cancel));
        Refusal used = Region.Refused(await region.AddressPools.DeleteAsync("pool", Cancel));

        Assert.Equal(("203.0.113.0/24", 1, "203.0.113.96/27"), (grown.Prefix, grown.Used, shrunk.Prefix));
        Assert.Equal(
            (RefusalKind.Conflict, "resource_in_use", "resource_in_use"), (under.Kind, under.Code, used.Code));
        Region.Done(await region.ElasticIps.ReleaseAsync(tenant, one.Id, Cancel));
        Assert.Equal("203.0.113.0/28", (await region.PoolAsync("203.0.113.0/28")).Prefix);
        Region.Done(await region.AddressPools.DeleteAsync("pool", Cancel));
    }
}
