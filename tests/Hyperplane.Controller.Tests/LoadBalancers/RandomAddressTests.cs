using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Tests.Snapshots;
using Hyperplane.Controller.Tests.Store;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;

namespace Hyperplane.Controller.Tests.LoadBalancers;

/// <summary>Whatever comes to addresses, in whatever order: none is anybody's twice.</summary>
public sealed class RandomAddressTests(PostgresFixture postgres)
{
    private static readonly string[] Zones = ["a", "b", "c"];
    private static readonly PageRequest Everything = new(1_000, null, null);
    private static readonly TimeSpan Quarantine = TimeSpan.FromHours(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task No_address_is_used_twice_after_any_requests(int seed)
    {
        await using Region region =
            await Region.CreateAsync(postgres, options => options with { AddressQuarantine = Quarantine });
        var random = new Random(seed);
        for (int i = 0; i < Zones.Length; i++)
        {
            await region.ZoneAsync(Zones[i], 18 + i, "28", nodes: 1);
            await region.PoolAsync($"203.0.113.{i * 8}/29", AddressPoolKind.Elastic, Zones[i], $"e{i}");
            await region.PoolAsync($"10.200.0.{i * 16}/28", AddressPoolKind.Internal, Zones[i], $"i{i}");
        }

        string[] tenants = [(await region.TenantAsync("one")).Id, (await region.TenantAsync("two")).Id];
        var history = new AddressHistory(tenants, Quarantine);
        int done = 0;
        for (int step = 0; step < 300; step++)
        {
            string tenant = tenants[random.Next(2)];
            done += await ActAsync(region, random, tenant) ? 1 : 0;
            await history.CheckAsync(region, $"seed {seed}, step {step}");
            if (step % 10 == 0)
            {
                await CheckSnapshotsAsync(region);
                await region.EndQuarantinesAsync();
            }
        }

        Assert.InRange(done, 100, 300);
        Assert.True(history.Reused > 0, $"seed {seed}: no elastic IP changed hands");
    }

    private static async Task CheckSnapshotsAsync(Region region)
    {
        var maker = new SnapshotMaker(region.Database);
        var served = new List<string>();
        foreach (string zone in Zones)
        {
            CompiledSnapshot made = (await maker.MakeAsync(zone + "1", fence: 0, Cancel))!.Snapshot;
            Snapshot snapshot = Snapshot.Parser.ParseFrom(made.Chunks().SelectMany(chunk => chunk.Data).ToArray());
            SnapshotInvariants.Check(snapshot);
            served.AddRange(snapshot.Vips.Select(vip => vip.Address.ToBase64()));
        }

        Assert.Equal(served.Count, served.Distinct().Count());
    }

    private static async Task<bool> ActAsync(Region region, Random random, string tenant)
    {
        IReadOnlyList<ElasticIp> elastic = (await region.ElasticIps.ListAsync(tenant, Everything, Cancel)).Items;
        LoadBalancer[] lbs =
        [
            .. (await region.LoadBalancers.ListAsync(tenant, Everything, Cancel)).Items
                .Where(lb => lb.Status.Provisioning != ProvisioningStatus.Deleting),
        ];
        ZonePlacement[] zones = [.. Zones.Where(_ => random.Next(2) == 0).Select(zone => Place(random, zone, elastic))];
        switch (random.Next(8))
        {
            case 0 or 1:
                return Did(await region.ElasticIps.CreateAsync(
                    tenant, new ElasticIpConfig(Zones[random.Next(3)], new Dictionary<string, string>()), Cancel));
            case 2 when elastic.Count > 0:
                return Did(await region.ElasticIps.ReleaseAsync(
                    tenant, elastic[random.Next(elastic.Count)].Id, Cancel));
            case 3 or 4:
                return Did(await region.LoadBalancers.CreateAsync(
                    tenant,
                    Region.Config($"x{random.Next(40)}") with
                    {
                        Zones = zones,
                        Scheme = random.Next(3) == 0 ? Scheme.Internal : Scheme.InternetFacing,
                    },
                    Cancel));
            case 5 when lbs.Length > 0:
                return Did(await region.LoadBalancers.DeleteAsync(tenant, lbs[random.Next(lbs.Length)].Id, Cancel));
            case 6 when lbs.Length > 0:
                return Did(await region.LoadBalancers.ChangeAsync(
                    tenant, lbs[random.Next(lbs.Length)].Id, new LoadBalancerChange { Zones = zones }, Cancel));
            default:
                region.Time.Advance(TimeSpan.FromMinutes(random.Next(30)));
                return false;
        }
    }

    private static ZonePlacement Place(Random random, string zone, IReadOnlyList<ElasticIp> elastic)
    {
        ElasticIp[] fitting = [.. elastic.Where(one => one.Zone == zone)];
        return new ZonePlacement(zone, null)
        {
            ElasticIp = fitting.Length > 0 && random.Next(2) == 0 ? fitting[random.Next(fitting.Length)].Id : null,
        };
    }

    private static bool Did<T>(Outcome<T> outcome) => outcome is Outcome<T>.Done { Changed: true };
}
