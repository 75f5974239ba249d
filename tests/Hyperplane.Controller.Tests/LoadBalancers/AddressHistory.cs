using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.LoadBalancers;

/// <summary>Who has had which address until when, as the tenants of a region see it.</summary>
internal sealed class AddressHistory(IReadOnlyList<string> tenants, TimeSpan quarantine)
{
    private static readonly PageRequest Everything = new(1_000, null, null);

    // By address: which tenant's load balancer it served last, and when it was last seen to.
    private readonly Dictionary<string, (string Tenant, string LoadBalancer, DateTimeOffset At)> _served = [];
    private HashSet<string> _now = [];

    /// <summary>How often an elastic IP went from one load balancer to another of its tenant.</summary>
    public int Reused { get; private set; }

    /// <summary>Nobody has what another has, nor what another had until a while ago; but a tenant its own elastic
    /// IPs.</summary>
    public async Task CheckAsync(Region region, string when)
    {
        DateTimeOffset now = region.Time.GetUtcNow();
        var serving = new Dictionary<string, string>(StringComparer.Ordinal);
        var held = new Dictionary<string, string>(StringComparer.Ordinal);
        var began = new List<(string Tenant, LoadBalancer Lb, ZoneAddress Zone)>();
        foreach (string tenant in tenants)
        {
            Page<ElasticIp> elastic = await region.ElasticIps.ListAsync(
                tenant, Everything, TestContext.Current.CancellationToken);
            Page<LoadBalancer> lbs = await region.LoadBalancers.ListAsync(
                tenant, Everything, TestContext.Current.CancellationToken);
            LoadBalancer[] there =
                [.. lbs.Items.Where(lb => lb.Status.Provisioning != ProvisioningStatus.Deleting)];
            foreach (ElasticIp one in elastic.Items)
            {
                Assert.True(held.TryAdd(one.Address, tenant), $"{when}: {one.Address} is held twice");
                Assert.Equal(
                    there.FirstOrDefault(lb => lb.Zones.Any(zone => zone.ElasticIp == one.Id))?.Id,
                    one.AssociatedWith);
            }

            began.AddRange(there.SelectMany(lb => lb.Zones.Select(zone => (tenant, lb, zone))));
        }

        foreach ((string tenant, LoadBalancer lb, ZoneAddress zone) in began)
        {
            Assert.True(serving.TryAdd(zone.Address, lb.Id), $"{when}: {zone.Address} is used twice");
            Assert.Equal(zone.ElasticIp is null ? null : tenant, held.GetValueOrDefault(zone.Address));
            if (!_now.Contains(zone.Address + lb.Id) && _served.TryGetValue(zone.Address, out var last))
                CheckRest(zone, tenant, last, now, when);
            _served[zone.Address] = (tenant, lb.Id, now);
        }

        _now = [.. serving.Select(one => one.Key + one.Value)];
    }

    private void CheckRest(
        ZoneAddress zone, string tenant, (string Tenant, string LoadBalancer, DateTimeOffset At) last,
        DateTimeOffset now, string when)
    {
        bool isOwn = zone.ElasticIp is not null && last.Tenant == tenant;
        Assert.True(isOwn || now - last.At >= quarantine, $"{when}: {zone.Address} had no rest");
        Reused += isOwn ? 1 : 0;
    }
}
