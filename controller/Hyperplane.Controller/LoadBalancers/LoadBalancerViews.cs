using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>From rows to what a tenant reads.</summary>
internal static class LoadBalancerViews
{
    /// <summary>A load balancer whose zones are loaded, with its status.</summary>
    public static async Task<LoadBalancer> OfLoadBalancerAsync(
        this StatusReader status, HyperplaneDb db, LoadBalancerRow row, CancellationToken cancel) =>
        Of(row, (await status.OfLoadBalancersAsync(db, [row], cancel))[row.Id]);

    /// <summary>A load balancer whose zones are loaded.</summary>
    public static LoadBalancer Of(LoadBalancerRow row, ResourceStatus status) => new(
        row.Id,
        row.Name,
        [.. row.Zones.OrderBy(zone => zone.Position)
            .Select(zone => new ZoneAddress(zone.Zone, zone.Address.ToString(), zone.Cell, zone.Shard)
            {
                Ipv6Address = zone.Ipv6Address?.ToString(),
                ElasticIp = zone.ElasticIpId,
                Ipv6ElasticIp = zone.Ipv6ElasticIpId,
                IsShifted = zone.Zone == row.ShiftedZone,
            })],
        TagText.Read(row.Tags),
        row.Generation,
        row.CreatedAt,
        status)
    {
        IpAddressType = row.IpAddressType,
        Scheme = row.Scheme,
        Attributes = LoadBalancerAttributes.All(TagText.Read(row.Attributes)),
        ZonalShift = row is { ShiftedZone: { } zone, ShiftExpiresAt: { } end }
            ? new ZonalShift(zone, end, row.ShiftComment)
            : null,
    };
}
