using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Tests.Store;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;
using Zone = Hyperplane.Controller.Contracts.Cells.Zone;

namespace Hyperplane.Controller.Tests.LoadBalancers;

public sealed class DualstackTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Zone Dual = new("a", "198.18.0.0/20", "198.18.240.0/24", "198.18.241.0/26")
    {
        Ipv6VipPool = "fd00:18::/112",
        Ipv6SnatPool = "fd00:19::/120",
        Ipv6ProbePool = "fd00:19::1:0/120",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_balancer_of_both_families_has_both_addresses_in_one_shard()
    {
        await using Region region = await DualRegionAsync();
        Tenant tenant = await region.TenantAsync();

        LoadBalancer web = Region.Done(await region.LoadBalancers.CreateAsync(tenant.Id, Config("web"), Cancel));

        ZoneAddress zone = Assert.Single(web.Zones);
        Assert.Equal(IpAddressType.Dualstack, web.IpAddressType);
        Assert.Equal($"fd00:18::{(zone.Shard * 64) + 1:x}", zone.Ipv6Address);
        Assert.Equal($"198.18.{zone.Shard / 4}.{(zone.Shard % 4 * 64) + 1}", zone.Address);
        Assert.Equal(web.Id, Region.Done(await region.LoadBalancers.CreateAsync(tenant.Id, Config("web"), Cancel)).Id);
        Assert.Equal("name_in_use", Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant.Id, Region.Config("web", "a"), Cancel)).Code);
    }

    [Fact]
    public async Task An_ipv6_address_can_be_chosen_and_rests_after_its_load_balancer_is_gone()
    {
        await using Region region = await DualRegionAsync();
        Tenant tenant = await region.TenantAsync();
        LoadBalancerConfig wanted = Config("web", "FD00:18:0::FFFF");
        LoadBalancer web = Region.Done(await region.LoadBalancers.CreateAsync(tenant.Id, wanted, Cancel));
        Assert.Equal("fd00:18::ffff", web.Zones[0].Ipv6Address);

        Assert.Equal("address_in_use", Region.Refused(await region.LoadBalancers.CreateAsync(
            tenant.Id, Config("other", "fd00:18::ffff"), Cancel)).Code);
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant.Id, web.Id, Cancel));
        Refusal resting = Region.Refused(await region.LoadBalancers.CreateAsync(
            tenant.Id, Config("other", "fd00:18::ffff"), Cancel));

        Assert.Contains("quarantine", resting.Detail, StringComparison.Ordinal);
        Assert.Equal("/zones/0/ipv6Address", Assert.Single(resting.Errors).Pointer);
    }

    [Theory]
    [InlineData("fd00:19::1", "address_outside_pool")]
    [InlineData("198.18.0.9", "invalid_value")]
    [InlineData("fe80::1%lo", "invalid_value")]
    public async Task An_ipv6_address_outside_the_pool_is_refused(string address, string code)
    {
        await using Region region = await DualRegionAsync();
        Tenant tenant = await region.TenantAsync();
        Assert.Equal(
            code,
            Region.Refused(await region.LoadBalancers.CreateAsync(tenant.Id, Config("web", address), Cancel)).Code);
    }

    [Fact]
    public async Task A_zone_without_ipv6_serves_neither_dualstack_nor_ipv6_targets()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        Tenant tenant = await region.TenantAsync();
        LoadBalancer web = await region.LoadBalancerAsync(tenant.Id);
        TargetGroup group = Region.Done(await region.TargetGroups.CreateAsync(tenant.Id, Group("six"), Cancel));

        Assert.Equal("no_ipv6", Region.Refused(
            await region.LoadBalancers.CreateAsync(tenant.Id, Config("dual"), Cancel)).Code);
        Refusal refusal = Region.Refused(await region.Listeners.CreateAsync(
            tenant.Id,
            web.Id,
            new Contracts.Listeners.ListenerConfig(Contracts.Listeners.TransportProtocol.Tcp, 80, group.Id, null),
            Cancel));

        Assert.Equal(("no_ipv6", "/targetGroupId"), (refusal.Code, refusal.Errors[0].Pointer));
    }

    [Fact]
    public async Task Targets_are_of_their_groups_family()
    {
        await using Region region = await DualRegionAsync();
        Tenant tenant = await region.TenantAsync();
        TargetGroup six = Region.Done(await region.TargetGroups.CreateAsync(tenant.Id, Group("six"), Cancel));
        TargetGroup four = await region.TargetGroupAsync(tenant.Id);

        Contracts.Targets.Target target = Assert.Single(Region.Done(
            await region.Targets.RegisterAsync(tenant.Id, six.Id, [new("FD00:30::0:1", null, 1)], Cancel)));
        Assert.Equal("fd00:30::1", target.Address);
        foreach ((string id, string address) in new[]
            { (six.Id, "10.0.0.1"), (four.Id, "fd00:30::1"), (six.Id, "fe80::1"), (six.Id, "fd00:18::1") })
            Assert.Equal("invalid_value", Region.Refused(
                await region.Targets.RegisterAsync(tenant.Id, id, [new(address, null, 1)], Cancel)).Code);
        Assert.Single(Region.Done(
            await region.Targets.DeregisterAsync(tenant.Id, six.Id, [new TargetKey("fd00:30::1", null)], Cancel)));
    }

    [Fact]
    public async Task The_snapshot_has_both_families_and_each_listener_a_number_for_either()
    {
        await using Region region = await DualRegionAsync();
        Tenant tenant = await region.TenantAsync();
        LoadBalancer web = Region.Done(await region.LoadBalancers.CreateAsync(tenant.Id, Config("web"), Cancel));
        TargetGroup six = Region.Done(await region.TargetGroups.CreateAsync(tenant.Id, Group("six"), Cancel));
        Region.Done(await region.Targets.RegisterAsync(tenant.Id, six.Id, [new("fd00:30::1", null, 1)], Cancel));
        await region.ListenerAsync(tenant.Id, web.Id, six.Id);
        await region.ListenerAsync(tenant.Id, web.Id, six.Id, 81);

        Snapshot snapshot = await region.SnapshotAsync();

        Snapshots.SnapshotInvariants.Check(snapshot);
        Assert.Equal([4, 16], snapshot.Vips.Select(vip => vip.Address.Length));
        Assert.All(snapshot.Vips, vip => Assert.Equal(web.Id, vip.LoadBalancer));
        uint[][] ids = [.. snapshot.Vips.Select(vip => vip.Listeners.Select(listener => listener.Id).ToArray())];
        Assert.Equal(ids[0].Select(id => id + 2), ids[1]);
        Assert.Equal(4u, ids[0][1] - ids[0][0]);
        Assert.Equal([4, 4, 16, 16], snapshot.OwnPrefixes.Select(prefix => prefix.Address.Length));
        Node node = snapshot.Nodes[0];
        Assert.Equal([4, 4, 4, 4, 16, 16, 16, 16], node.SnatAddresses.Select(address => address.Length));
        Assert.Equal((16, 16), (node.Ipv6Address.Length, node.Ipv6ProbeAddress.Length));
        Assert.Equal(16, Assert.Single(Assert.Single(snapshot.TargetGroups).Targets).Address.Length);
        Assert.All(snapshot.Shards, shard => Assert.Equal(122u, shard.Ipv6Block.Length));
    }

    private static LoadBalancerConfig Config(string name, string? ipv6 = null) =>
        new(name, [new ZonePlacement("a", null) { Ipv6Address = ipv6 }], new Dictionary<string, string>())
        {
            IpAddressType = IpAddressType.Dualstack,
        };

    private static TargetGroupConfig Group(string name) =>
        Region.Group(name) with { IpAddressType = TargetAddressType.Ipv6 };

    private async Task<Region> DualRegionAsync()
    {
        Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(Dual, Cancel));
        Region.Done(await region.Cells.PutCellAsync(new("a1", "a"), Cancel));
        Region.Done(await region.Cells.PutNodeAsync("a1", "n1", "10.0.0.1", "fd00:10::1", Cancel));
        return region;
    }
}
