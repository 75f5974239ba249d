using System.Net;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Snapshots;
using Hyperplane.Controller.Tests.Store;
using Janitor = Hyperplane.Controller.CellControl.Janitor;

namespace Hyperplane.Controller.Tests.ElasticIps;

/// <summary>Elastic IPs as addresses of load balancers.</summary>
public sealed class ElasticVipTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_balancer_takes_an_elastic_ip_which_its_shard_announces_alone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, ElasticIp elastic) = await FillAsync(region);

        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a=" + elastic.Id);

        Assert.Equal((elastic.Address, elastic.Id), (lb.Zones[0].Address, lb.Zones[0].ElasticIp));
        Assert.Equal(lb.Id, (await GetAsync(region, tenant, elastic)).AssociatedWith);
        Snapshot snapshot = await region.SnapshotAsync();
        SnapshotInvariants.Check(snapshot);
        Vip vip = Assert.Single(snapshot.Vips);
        Assert.Equal((elastic.Address, true), (new IPAddress(vip.Address.Span).ToString(), vip.AnnounceAlone));
        Assert.Contains(
            new Prefix { Address = Bytes("203.0.113.0"), Length = 24 }, snapshot.OwnPrefixes);
        Assert.Equal(lb.Id, (await region.LoadBalancerAsync(tenant, "web", "a=" + elastic.Id)).Id);
    }

    [Fact]
    public async Task One_association_at_a_time_and_none_with_what_does_not_fit()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, ElasticIp elastic) = await FillAsync(region);
        string other = (await region.TenantAsync("other")).Id;
        await region.ZoneAsync("b", 19);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a=" + elastic.Id);
        ElasticIp free = await region.ElasticIpAsync(tenant);

        async Task<(string, string)> RefusedAsync(string whose, ZonePlacement zone, Scheme scheme = default)
        {
            LoadBalancerConfig config = Region.Config("next") with { Zones = [zone], Scheme = scheme };
            Refusal refusal = Region.Refused(await region.LoadBalancers.CreateAsync(whose, config, Cancel));
            return (refusal.Code, Assert.Single(refusal.Errors).Pointer);
        }

        Assert.Equal(
            ("elastic_ip_in_use", "/zones/0/elasticIp"), await RefusedAsync(tenant, Region.Place("a=" + elastic.Id)));
        Assert.Equal(
            ("unknown_elastic_ip", "/zones/0/elasticIp"), await RefusedAsync(other, Region.Place("a=" + free.Id)));
        Assert.Equal(
            ("unknown_elastic_ip", "/zones/0/elasticIp"), await RefusedAsync(tenant, Region.Place("a=eip-none")));
        Assert.Equal(("invalid_value", "/zones/0/elasticIp"), await RefusedAsync(tenant, Region.Place("b=" + free.Id)));
        Assert.Equal(("invalid_value", "/zones/0/elasticIp"), await RefusedAsync(
            tenant, Region.Place("a=" + free.Id) with { Address = "198.18.0.9" }));
        Assert.Equal(("invalid_value", "/zones/0/elasticIp"), await RefusedAsync(
            tenant, Region.Place("a=" + free.Id), Scheme.Internal));
        Assert.Equal(("invalid_value", "/zones/0/ipv6ElasticIp"), await RefusedAsync(
            tenant, new ZonePlacement("a", null) { Ipv6ElasticIp = free.Id }));
        Assert.Equal(
            ("address_outside_pool", "/zones/0/address"),
            await RefusedAsync(tenant, Region.Place("a=" + free.Address)));
        Refusal held = Region.Refused(await region.ElasticIps.ReleaseAsync(tenant, elastic.Id, Cancel));
        Assert.Equal((RefusalKind.Conflict, "elastic_ip_in_use"), (held.Kind, held.Code));
        Assert.Contains(lb.Id, held.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_creations_at_the_same_time_do_not_get_one_elastic_ip()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, ElasticIp elastic) = await FillAsync(region);

        Outcome<LoadBalancer>[] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            i => region.LoadBalancers.CreateAsync(tenant, Region.Config($"x{i}", "a=" + elastic.Id), Cancel)));

        LoadBalancer got = Assert.Single(all.OfType<Outcome<LoadBalancer>.Done>()).Value;
        Assert.Equal(got.Id, (await GetAsync(region, tenant, elastic)).AssociatedWith);
        Assert.All(
            all.OfType<Outcome<LoadBalancer>.Refused>(),
            refused => Assert.Equal("elastic_ip_in_use", refused.Refusal.Code));
    }

    [Fact]
    public async Task After_its_load_balancer_it_is_the_tenants_again_and_used_at_once_where_it_was()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, ElasticIp elastic) = await FillAsync(region);
        Region.Done(await region.Cells.PutCellAsync(new Contracts.Cells.Cell("a2", "a"), Cancel));
        LoadBalancer first = await region.LoadBalancerAsync(tenant, "first", "a=" + elastic.Id);
        ulong version = (await region.SnapshotAsync()).Version;

        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, first.Id, Cancel));
        Snapshot without = await region.SnapshotAsync();
        Assert.Null((await GetAsync(region, tenant, elastic)).AssociatedWith);
        // A cell with more free addresses than the one where it was.
        for (int i = 0; i < 4; i++)
            Region.Done(await region.Cells.PutNodeAsync("a2", $"n{i}", $"10.20.0.{i + 1}", null, Cancel));
        LoadBalancer second = await region.LoadBalancerAsync(tenant, "second", "a=" + elastic.Id);
        Snapshot with = await region.SnapshotAsync();

        Tombstone tombstone = Assert.Single(without.Tombstones);
        Assert.Empty(without.Vips);
        Assert.Equal((elastic.Address, version + 1), (
            new IPAddress(tombstone.Address.Span).ToString(), tombstone.Version));
        Assert.Equal((elastic.Address, first.Zones[0].Cell, first.Zones[0].Shard), (
            second.Zones[0].Address, second.Zones[0].Cell, second.Zones[0].Shard));
        Assert.Empty(with.Tombstones);
        Assert.Equal(second.Id, Assert.Single(with.Vips).LoadBalancer);
        SnapshotInvariants.Check(with);
    }

    [Fact]
    public async Task A_change_of_owner_within_one_version_leaves_no_tombstone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, ElasticIp elastic) = await FillAsync(region);
        LoadBalancer first = await region.LoadBalancerAsync(tenant, "first", "a=" + elastic.Id);
        uint before = (await region.SnapshotAsync()).Vips[0].Id;
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, first.Id, Cancel));
        LoadBalancer second = await region.LoadBalancerAsync(tenant, "second", "a=" + elastic.Id);

        Snapshot snapshot = await region.SnapshotAsync();

        Assert.Empty(snapshot.Tombstones);
        Vip vip = Assert.Single(snapshot.Vips);
        Assert.Equal((second.Id, true), (vip.LoadBalancer, vip.Id != before));
    }

    [Fact]
    public async Task A_released_one_that_served_rests_before_another_tenant_gets_it()
    {
        await using Region region =
            await Region.CreateAsync(postgres, options => options with { AddressQuarantine = TimeSpan.FromHours(2) });
        (string tenant, ElasticIp elastic) = await FillAsync(region, "203.0.113.7/32");
        string other = (await region.TenantAsync("other")).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a=" + elastic.Id);
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        region.Time.Advance(TimeSpan.FromHours(1));
        Region.Done(await region.ElasticIps.ReleaseAsync(tenant, elastic.Id, Cancel));

        region.Time.Advance(TimeSpan.FromHours(1.5));
        await region.EndQuarantinesAsync();
        Assert.Equal("elastic_pool_exhausted", Region.Refused(await region.ElasticIps.CreateAsync(
            other, new ElasticIpConfig("a", new Dictionary<string, string>()), Cancel)).Code);
        Assert.Equal("resource_in_use", Region.Refused(await region.AddressPools.DeleteAsync("pool", Cancel)).Code);
        Assert.Single((await region.SnapshotAsync()).Tombstones);
        region.Time.Advance(TimeSpan.FromHours(1));
        await region.EndQuarantinesAsync();

        Assert.Equal(elastic.Address, (await region.ElasticIpAsync(other)).Address);
        Assert.Empty((await region.SnapshotAsync()).Tombstones);
    }

    [Fact]
    public async Task The_end_of_a_quarantine_leaves_a_held_address_with_its_tenant_and_frees_it_of_its_cell()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, ElasticIp elastic) = await FillAsync(region);
        await using ControlHost host = await ControlHost.StartAsync(region);
        var janitor = (Janitor)host.Services.GetService(typeof(Janitor))!;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a=" + elastic.Id);
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        Assert.Single((await region.SnapshotAsync()).Tombstones);

        region.Time.Advance(TimeSpan.FromHours(25));
        await janitor.CleanAsync(Cancel);

        Assert.Empty((await region.SnapshotAsync()).Tombstones);
        Assert.Equal(
            (null, null, true),
            await region.Database.RunAsync(
                null,
                db => Task.FromResult(db.VipAddresses.Select(row => new { row.Cell, row.FreeAt, row.Held })
                    .AsEnumerable().Select(row => (row.Cell, row.FreeAt, row.Held)).Single()),
                Cancel));
        Assert.Equal("address_in_use", Region.Refused(await region.ElasticIps.CreateAsync(
            (await region.TenantAsync("other")).Id,
            new ElasticIpConfig("a", new Dictionary<string, string>()) { Address = elastic.Address }, Cancel)).Code);
        Assert.Equal(elastic.Address, (await region.LoadBalancerAsync(tenant, "next", "a=" + elastic.Id)).Zones[0]
            .Address);
    }

    private static async Task<ElasticIp> GetAsync(Region region, string tenant, ElasticIp elastic) =>
        Region.Done(await region.ElasticIps.GetAsync(tenant, elastic.Id, Cancel));

    private static Google.Protobuf.ByteString Bytes(string address) =>
        Google.Protobuf.ByteString.CopyFrom(IPAddress.Parse(address).GetAddressBytes());

    private static async Task<(string Tenant, ElasticIp Elastic)> FillAsync(
        Region region, string pool = "203.0.113.0/24")
    {
        await region.ZoneAsync(nodes: 1);
        await region.PoolAsync(pool, AddressPoolKind.Elastic);
        string tenant = (await region.TenantAsync()).Id;
        return (tenant, await region.ElasticIpAsync(tenant));
    }
}
