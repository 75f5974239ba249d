using System.Net;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Snapshots;
using Hyperplane.Controller.Tests.Store;
using static Hyperplane.Controller.Tests.CellControl.Observed;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;
using Zone = Hyperplane.Controller.Contracts.Cells.Zone;

namespace Hyperplane.Controller.Tests.LoadBalancers;

/// <summary>Zones and address families that come and go.</summary>
public sealed class ZoneChangeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Zones_that_stay_keep_their_addresses_and_those_that_go_leave_tombstones()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", 18, nodes: 1);
        await region.ZoneAsync("b", 19);
        await region.ZoneAsync("c", 20);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a", "b");
        await region.SnapshotAsync();

        LoadBalancer moved = await ChangeAsync(region, tenant, lb, "c", "b");
        LoadBalancer same = await ChangeAsync(region, tenant, lb, "b", "c");

        Assert.Equal(["c", "b"], moved.Zones.Select(zone => zone.Zone));
        Assert.Equal(lb.Zones[1], moved.Zones[1]);
        Assert.Equal((2L, 2L), (moved.Generation, same.Generation));
        Snapshot snapshot = await region.SnapshotAsync();
        SnapshotInvariants.Check(snapshot);
        Assert.Empty(snapshot.Vips);
        Assert.Equal(
            lb.Zones[0].Address, new IPAddress(Assert.Single(snapshot.Tombstones).Address.Span).ToString());

        // The address rests; the zone that comes back has another.
        LoadBalancer back = await ChangeAsync(region, tenant, lb, "a", "b", "c");
        Assert.NotEqual(lb.Zones[0].Address, back.Zones[0].Address);
        Assert.Equal("address_in_use", Region.Refused(await region.LoadBalancers.CreateAsync(
            tenant, Region.Config("next", "a=" + lb.Zones[0].Address), Cancel)).Code);
        SnapshotInvariants.Check(await region.SnapshotAsync());
    }

    [Fact]
    public async Task It_is_active_again_when_a_node_of_the_new_zone_runs_it()
    {
        await using Region region = await (await Region.CreateAsync(postgres)).StartAsync();
        await region.ListeningAsync();
        await region.ZoneAsync("a", 18, nodes: 1);
        await region.ZoneAsync("b", 19, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent a = host.Agent("a1", "n1");
        TestAgent b = host.Agent("b1", "n1");
        await b.FollowAsync(_ => true);
        await b.ReportAsync();
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a");
        await a.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await a.ReportAsync();
        await SeenAsync(region, tenant, lb.Id, status => status.Provisioning == ProvisioningStatus.Active);

        LoadBalancer added = await ChangeAsync(region, tenant, lb, "a", "b");
        Assert.Equal((ProvisioningStatus.Pending, 0L), (added.Status.Provisioning, added.Status.ObservedGeneration));
        await b.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await b.ReportAsync();
        lb = await SeenAsync(region, tenant, lb.Id, status => status.Provisioning == ProvisioningStatus.Active);
        Assert.Equal(2, lb.Status.ObservedGeneration);

        // Without zone a only zone b is asked.
        await ChangeAsync(region, tenant, lb, "b");
        await a.FollowAsync(snapshot => snapshot.Vips.Count == 0 && snapshot.Tombstones.Count == 1);
        lb = await SeenAsync(
            region, tenant, lb.Id,
            status => status is { Provisioning: ProvisioningStatus.Active, ObservedGeneration: 3 });
        Assert.All(lb.Status.Conditions, condition => Assert.Equal("b", condition.Zone));
    }

    [Fact]
    public async Task Changes_of_zones_that_cannot_be_are_refused_and_change_nothing()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", 18);
        await region.ZoneAsync("b", 19);
        await region.PoolAsync("203.0.113.0/24");
        string tenant = (await region.TenantAsync()).Id;
        ElasticIp elastic = await region.ElasticIpAsync(tenant);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a");

        async Task<(string, string)> RefusedAsync(params string[] zones)
        {
            Refusal refusal = Region.Refused(await region.LoadBalancers.ChangeAsync(
                tenant, lb.Id, new LoadBalancerChange { Zones = [.. zones.Select(Region.Place)] }, Cancel));
            return (refusal.Code, Assert.Single(refusal.Errors).Pointer);
        }

        Assert.Equal(("invalid_value", "/zones"), await RefusedAsync());
        Assert.Equal(("unknown_zone", "/zones/1/zone"), await RefusedAsync("a", "x"));
        Assert.Equal(("zone_repeated", "/zones/1/zone"), await RefusedAsync("a", "a"));
        Assert.Equal(("invalid_value", "/zones/0/address"), await RefusedAsync("a=198.18.0.200", "b"));
        Assert.Equal(("invalid_value", "/zones/0/elasticIp"), await RefusedAsync("a=" + elastic.Id, "b"));
        Assert.Equal(("address_outside_pool", "/zones/1/address"), await RefusedAsync("a", "b=198.18.0.200"));
        Refusal dual = Region.Refused(await region.LoadBalancers.ChangeAsync(
            tenant, lb.Id, new LoadBalancerChange { IpAddressType = IpAddressType.Dualstack }, Cancel));
        Assert.Equal(("no_ipv6", "/ipAddressType"), (dual.Code, Assert.Single(dual.Errors).Pointer));
        LoadBalancer now = Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel));
        Assert.Equal((1L, lb.Zones[0]), (now.Generation, Assert.Single(now.Zones)));
        Assert.Equal(1, (await ChangeAsync(region, tenant, lb, "a=" + lb.Zones[0].Address)).Generation);
    }

    [Fact]
    public async Task An_elastic_ip_comes_and_goes_with_its_zone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", 18);
        await region.ZoneAsync("b", 19);
        await region.PoolAsync("203.0.113.0/24");
        string tenant = (await region.TenantAsync()).Id;
        ElasticIp elastic = await region.ElasticIpAsync(tenant);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "b");

        LoadBalancer with = await ChangeAsync(region, tenant, lb, "b", "a=" + elastic.Id);
        LoadBalancer same = await ChangeAsync(region, tenant, lb, "b", "a=" + elastic.Id);
        Assert.Equal((elastic.Address, elastic.Id), (with.Zones[1].Address, with.Zones[1].ElasticIp));
        Assert.Equal(with.Generation, same.Generation);
        Assert.Equal(elastic.Address, (await ChangeAsync(region, tenant, lb, "a", "b")).Zones
            .Single(zone => zone.Zone == "a").Address);
        await ChangeAsync(region, tenant, lb, "b");

        Assert.Null(Region.Done(await region.ElasticIps.GetAsync(tenant, elastic.Id, Cancel)).AssociatedWith);
        LoadBalancer other = await region.LoadBalancerAsync(tenant, "other", "a=" + elastic.Id);
        Assert.Equal(elastic.Address, other.Zones[0].Address);
    }

    [Fact]
    public async Task Ipv6_addresses_come_and_go_and_the_ipv4_ones_stay()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(
            new Zone("a", "198.18.0.0/20", "198.18.240.0/24", "198.18.241.0/26")
            {
                Ipv6VipPool = "fd00:18::/112",
                Ipv6SnatPool = "fd00:19::/120",
                Ipv6ProbePool = "fd00:19::1:0/120",
            },
            Cancel));
        Region.Done(await region.Cells.PutCellAsync(new Contracts.Cells.Cell("a1", "a"), Cancel));
        await region.PoolAsync("2001:db8:5::/64");
        string tenant = (await region.TenantAsync()).Id;
        ElasticIp elastic = await region.ElasticIpAsync(tenant, address: "2001:db8:5::77");
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a");

        LoadBalancer dual = await TypeAsync(region, tenant, lb, IpAddressType.Dualstack);
        Snapshot both = await region.SnapshotAsync();
        LoadBalancer single = await TypeAsync(region, tenant, lb, IpAddressType.Ipv4);
        Snapshot one = await region.SnapshotAsync();
        LoadBalancer again = Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant, lb.Id,
            new LoadBalancerChange
            {
                IpAddressType = IpAddressType.Dualstack,
                Zones = [new ZonePlacement("a", null) { Ipv6ElasticIp = elastic.Id }],
            },
            Cancel));
        Snapshot last = await region.SnapshotAsync();

        Assert.Equal(lb.Zones[0] with { Ipv6Address = $"fd00:18::{(lb.Zones[0].Shard * 64) + 1:x}" }, dual.Zones[0]);
        Assert.Equal((IpAddressType.Ipv4, lb.Zones[0]), (single.IpAddressType, single.Zones[0]));
        Assert.Equal((2, 1), (both.Vips.Count, one.Vips.Count));
        Assert.Equal(
            dual.Zones[0].Ipv6Address, new IPAddress(Assert.Single(one.Tombstones).Address.Span).ToString());
        Assert.Equal(("2001:db8:5::77", elastic.Id), (again.Zones[0].Ipv6Address, again.Zones[0].Ipv6ElasticIp));
        Assert.Equal([false, true], last.Vips.Select(vip => vip.AnnounceAlone));
        Assert.DoesNotContain(last.Vips[1].Id, both.Vips.Select(vip => vip.Id));
        Assert.All(new[] { both, one, last }, SnapshotInvariants.Check);
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        Assert.Null(Region.Done(await region.ElasticIps.GetAsync(tenant, elastic.Id, Cancel)).AssociatedWith);
    }

    [Fact]
    public async Task A_zone_without_ipv6_cannot_come_to_a_load_balancer_with_ipv6_targets()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Region.Done(await region.Cells.PutZoneAsync(
            new Zone("a", "198.18.0.0/20", "198.18.240.0/24", "198.18.241.0/26")
            {
                Ipv6VipPool = "fd00:18::/112",
                Ipv6SnatPool = "fd00:19::/120",
                Ipv6ProbePool = "fd00:19::1:0/120",
            },
            Cancel));
        Region.Done(await region.Cells.PutCellAsync(new Contracts.Cells.Cell("a1", "a"), Cancel));
        await region.ZoneAsync("b", 20);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a");
        TargetGroup group = Region.Done(await region.TargetGroups.CreateAsync(
            tenant, Region.Group("six") with { IpAddressType = TargetAddressType.Ipv6 }, Cancel));
        await region.ListenerAsync(tenant, lb.Id, group.Id);

        Refusal refusal = Region.Refused(await region.LoadBalancers.ChangeAsync(
            tenant, lb.Id,
            new LoadBalancerChange { Zones = [Region.Place("a"), Region.Place("b")] }, Cancel));

        Assert.Equal(("no_ipv6", "/zones/1/zone"), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
    }

    [Fact]
    public async Task An_internal_load_balancer_gets_internal_addresses_in_new_zones_too()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", 18);
        await region.ZoneAsync("b", 19);
        await region.PoolAsync("10.200.0.0/28", AddressPoolKind.Internal);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = Region.Done(await region.LoadBalancers.CreateAsync(
            tenant, Region.Config("web", "a") with { Scheme = Scheme.Internal }, Cancel));
        var both = new LoadBalancerChange { Zones = [Region.Place("a"), Region.Place("b")] };
        Assert.Equal("no_internal_pool", Region.Refused(
            await region.LoadBalancers.ChangeAsync(tenant, lb.Id, both, Cancel)).Code);
        await region.PoolAsync("10.201.0.0/28", AddressPoolKind.Internal, "b", "inside-b");

        LoadBalancer changed = Region.Done(await region.LoadBalancers.ChangeAsync(tenant, lb.Id, both, Cancel));

        Assert.Equal(["10.200.0.1", "10.201.0.1"], changed.Zones.Select(zone => zone.Address));
    }

    private static async Task<LoadBalancer> ChangeAsync(
        Region region, string tenant, LoadBalancer lb, params string[] zones) =>
        Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant, lb.Id, new LoadBalancerChange { Zones = [.. zones.Select(Region.Place)] }, Cancel));

    private static async Task<LoadBalancer> TypeAsync(
        Region region, string tenant, LoadBalancer lb, IpAddressType type) =>
        Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant, lb.Id, new LoadBalancerChange { IpAddressType = type }, Cancel));
}
