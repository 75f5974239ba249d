using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.Cells;

public sealed class Ipv6PoolTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Zone Four = new("a", "198.18.0.0/20", "198.18.240.0/24", "198.18.241.0/26");

    private static readonly Zone Dual = Four with
    {
        Ipv6VipPool = "fd00:18::/112",
        Ipv6SnatPool = "fd00:19::/120",
        Ipv6ProbePool = "fd00:19::1:0/120",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zone_gets_ipv6_pools_later_and_its_nodes_their_addresses_with_the_next_put()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(Four, Cancel));
        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a"), Cancel));
        Node four = Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", null, Cancel));
        Assert.Equal(
            "no_ipv6", Region.Refused(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", "fd00::1", Cancel)).Code);

        Assert.Equal(Dual, Region.Done(await region.Cells.PutZoneAsync(Dual, Cancel)));
        Assert.Equal(Dual, Region.Done(await region.Cells.PutZoneAsync(Dual, Cancel)));
        Assert.Equal(Dual, Assert.Single(await region.Cells.ListZonesAsync(Cancel)));
        Assert.Equal("name_in_use", Region.Refused(await region.Cells.PutZoneAsync(Four, Cancel)).Code);
        Node dual = Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", "fd00::1", Cancel));

        Assert.Equal(
            [.. four.SnatAddresses, "fd00:19::", "fd00:19::1", "fd00:19::2", "fd00:19::3"], dual.SnatAddresses);
        Assert.Equal(("fd00::1", "fd00:19::1:1"), (dual.Ipv6Address, dual.Ipv6ProbeAddress));
        Assert.Equal(four.ProbeAddress, dual.ProbeAddress);
        Node again = Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", null, Cancel));
        Assert.Equal(dual.SnatAddresses, again.SnatAddresses);
        Assert.Equal("name_in_use", Region.Refused(
            await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", "fd00::2", Cancel)).Code);
    }

    [Fact]
    public async Task A_new_node_of_a_zone_with_ipv6_needs_an_address_of_its_own_that_nobody_has()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(Dual, Cancel));
        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a"), Cancel));
        Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", "fd00::1", Cancel));

        foreach ((string? address, string code) in new[]
        {
            (null, "invalid_value"), ("fd00:18::1", "invalid_value"), ("10.0.0.2", "invalid_value"),
            ("fe80::2", "invalid_value"), ("fd00::1", "address_in_use"),
        })
        {
            Refusal refusal = Region.Refused(
                await region.Cells.PutNodeAsync("a1", "n2", "10.0.0.2", address, Cancel));
            Assert.Equal((code, "/ipv6Address"), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
        }
    }

    [Theory]
    [InlineData("fd00:18::/117", "fd00:19::/120", "fd00:19::1:0/120", "/ipv6VipPool")]
    [InlineData("fd00:18::/8", "fd00:19::/120", "fd00:19::1:0/120", "/ipv6VipPool")]
    [InlineData("fd00:18::1/112", "fd00:19::/120", "fd00:19::1:0/120", "/ipv6VipPool")]
    [InlineData("10.0.0.0/16", "fd00:19::/120", "fd00:19::1:0/120", "/ipv6VipPool")]
    [InlineData("fd00:18::/112", null, "fd00:19::1:0/120", "/ipv6SnatPool")]
    [InlineData("fd00:18::/112", "fd00:18::/120", "fd00:19::1:0/120", "/ipv6SnatPool")]
    [InlineData("fd00:18::/112", "fd00:19::/120", "fd00:19::/126", "/ipv6ProbePool")]
    [InlineData("fd00:18::/112", "fd00:19::/120", "fe80::/120", "/ipv6ProbePool")]
    public async Task Ipv6_pools_that_cannot_serve_are_refused(string? vip, string? snat, string? probe, string pointer)
    {
        await using Region region = await Region.CreateAsync(postgres);
        Refusal refusal = Region.Refused(await region.Cells.PutZoneAsync(
            Four with { Ipv6VipPool = vip, Ipv6SnatPool = snat, Ipv6ProbePool = probe }, Cancel));
        Assert.Equal(pointer, Assert.Single(refusal.Errors).Pointer);
    }

    [Fact]
    public async Task Pools_of_two_zones_do_not_overlap()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(Dual, Cancel));
        Refusal refusal = Region.Refused(await region.Cells.PutZoneAsync(
            new Zone("b", "198.19.0.0/20", "198.19.240.0/24", "198.19.241.0/26")
            {
                Ipv6VipPool = "fd00:18::/108", Ipv6SnatPool = "fd00:29::/120", Ipv6ProbePool = "fd00:29::1:0/120",
            },
            Cancel));
        Assert.Equal(("address_in_use", "/ipv6VipPool"), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
    }
}
