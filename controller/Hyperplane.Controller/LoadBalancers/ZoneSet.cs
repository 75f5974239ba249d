using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Changes in which zones a load balancer serves, and with which families of addresses.</summary>
/// <remarks>Zones that stay keep their addresses; those that come get VIPs, and the VIPs of those that go are taken out
/// by tombstones. Likewise IPv6 VIPs come and go.</remarks>
internal sealed class ZoneSet(
    HyperplaneDb db, LoadBalancerRow row, TimeSpan quarantine, DateTimeOffset now, CancellationToken cancel)
{
    /// <summary>The cells that have to be told; none when nothing changes.</summary>
    public HashSet<string> Touched { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether anything changed.</summary>
    public bool Changed { get; private set; }

    /// <summary>Makes the change; what is wrong with it, and then nothing may be kept.</summary>
    public async Task<IReadOnlyList<FieldError>> ChangeAsync(
        IReadOnlyList<ZonePlacement>? zones, IpAddressType type)
    {
        Dictionary<string, LoadBalancerZoneRow> present =
            row.Zones.ToDictionary(zone => zone.Zone, StringComparer.Ordinal);
        Touched.UnionWith(row.Zones.Select(zone => zone.Cell));
        ZonePlacement[] wanted = zones is not null
            ? [.. zones]
            : [.. row.Zones.OrderBy(zone => zone.Position).Select(zone => new ZonePlacement(zone.Zone, null))];
        ZoneAsked[] asked =
        [
            .. wanted.Select((zone, i) => new ZoneAsked(i, zone, present.GetValueOrDefault(zone.Zone ?? ""))),
        ];
        bool isInternal = row.Scheme == Scheme.Internal;
        VipSpace space = await VipSpace.ReadAsync(db, isInternal ? wanted.Select(zone => zone.Zone) : [], cancel);
        var reader = new VipRequestReader(db, space, row.Scheme, type == IpAddressType.Dualstack, cancel);
        (IReadOnlyList<VipRequest> requests, List<FieldError> errors) = await reader.ReadAsync(asked);
        errors.AddRange(await Ipv6FaultsAsync(requests, space));
        if (errors.Count == 0)
            errors.AddRange(await ApplyAsync(asked, requests, type, space));
        Touched.UnionWith(row.Zones.Select(zone => zone.Cell));

        // What is wrong in zones that the request does not name is wrong with the rest of it.
        return zones is not null ? errors : [.. errors.Select(error => error with { Pointer = "/ipAddressType" })];
    }

    private async Task<IReadOnlyList<FieldError>> ApplyAsync(
        ZoneAsked[] asked, IReadOnlyList<VipRequest> requests, IpAddressType type, VipSpace space)
    {
        HashSet<LoadBalancerZoneRow> kept = [.. asked.Select(zone => zone.Kept).OfType<LoadBalancerZoneRow>()];
        LoadBalancerZoneRow[] gone = [.. row.Zones.Where(zone => !kept.Contains(zone))];
        LoadBalancerZoneRow[] withoutIpv6 = type == IpAddressType.Dualstack
            ? []
            : [.. kept.Where(zone => zone.Ipv6Address is not null)];
        Changed = gone.Length > 0 || requests.Count > 0 || row.IpAddressType != type;
        if (!Changed)
            return [];
        await VipRelease.FreeAsync(
            db, row, gone.Select(zone => zone.Address)
                .Concat(gone.Concat(withoutIpv6).Select(zone => zone.Ipv6Address)), now, quarantine, cancel);
        foreach (LoadBalancerZoneRow zone in gone)
        {
            row.Zones.Remove(zone);
            db.Remove(zone);
        }

        foreach (LoadBalancerZoneRow zone in withoutIpv6)
            (zone.Ipv6Address, zone.Ipv6Prefix, zone.Ipv6AnnounceAlone, zone.Ipv6ElasticIpId) =
                (null, null, false, null);
        foreach (ZoneAsked zone in asked.Where(zone => zone.Kept is not null))
            zone.Kept!.Position = zone.Position;
        row.IpAddressType = type;
        return await new VipAllocator(db, row, space, now, cancel).GiveAsync(requests);
    }

    /// <summary>The zones that come but cannot reach the IPv6 targets of the load balancer's groups.</summary>
    private async Task<IEnumerable<FieldError>> Ipv6FaultsAsync(IReadOnlyList<VipRequest> requests, VipSpace space)
    {
        VipRequest[] without =
            [.. requests.Where(request => request.Kept is null && request.Zone.Ipv6SnatPool is null)];
        bool needsIpv6 = without.Length > 0 && await db.ListenerGroups
            .Where(use => use.LoadBalancerId == row.Id && !use.Deleted)
            .Join(db.TargetGroups, use => use.TargetGroupId, group => group.Id, (_, group) => group.IpAddressType)
            .AnyAsync(family => family == TargetAddressType.Ipv6, cancel);
        return !needsIpv6
            ? []
            : without.Select(request => new FieldError(
                $"/zones/{request.Position}/zone",
                "no_ipv6",
                $"A target group of the load balancer has IPv6 targets, and zone {request.Zone.Name} has no IPv6 "
                + "addresses to reach them by."));
    }
}
