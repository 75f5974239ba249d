using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>A zone that was asked for, checked against what exists.</summary>
/// <param name="Position">Its place in the request.</param>
/// <param name="Zone">The zone.</param>
/// <param name="Address">The VIP that was asked for; null to have one chosen.</param>
/// <param name="Ipv6Address">The IPv6 one, likewise.</param>
internal sealed record VipRequest(int Position, ZoneRow Zone, Ip? Address, Ip? Ipv6Address)
{
    private const int MaxZones = 16;

    /// <summary>
    /// Everything that is wrong with the zones of a request; the good ones are added to <paramref name="requests"/>.
    /// </summary>
    public static async Task<List<FieldError>> CheckAsync(
        HyperplaneDb db,
        IReadOnlyList<ZonePlacement> wanted,
        bool isDualstack,
        List<ZoneRow> zones,
        ILookup<string, CellRow> cells,
        DateTimeOffset now,
        List<VipRequest> requests,
        CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        if (wanted.Count is 0 or > MaxZones)
            errors.Add(Rules.Invalid("/zones", $"1 to {MaxZones} zones are allowed."));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Math.Min(wanted.Count, MaxZones); i++)
        {
            if (Check(wanted[i], i, isDualstack, seen, zones, cells, errors) is { } request)
                requests.Add(request);
        }

        List<(Ip Address, string Pointer)> chosen = [.. requests.SelectMany(request => request.Chosen())];
        IPAddress[] addresses = [.. chosen.Select(one => one.Address.ToIPAddress())];
        if (addresses.Length == 0)
            return errors;
        List<VipAddressRow> taken = await db.VipAddresses.AsNoTracking()
            .Where(row => addresses.Contains(row.Address) && (row.FreeAt == null || row.FreeAt > now))
            .ToListAsync(cancel);
        foreach ((Ip address, string pointer) in chosen)
        {
            if (taken.Find(row => Ip.From(row.Address) == address) is { } use)
                errors.Add(new FieldError(
                    pointer,
                    "address_in_use",
                    use.FreeAt is null
                        ? "The address is in use."
                        : "The address was in use a while ago and is in quarantine."));
        }

        return errors;
    }

    private IEnumerable<(Ip Address, string Pointer)> Chosen()
    {
        if (Address is { } address)
            yield return (address, $"/zones/{Position}/address");
        if (Ipv6Address is { } ipv6)
            yield return (ipv6, $"/zones/{Position}/ipv6Address");
    }

    private static VipRequest? Check(
        ZonePlacement wanted,
        int position,
        bool isDualstack,
        HashSet<string> seen,
        List<ZoneRow> zones,
        ILookup<string, CellRow> cells,
        List<FieldError> errors)
    {
        ZoneRow? zone = zones.Find(row => row.Name == wanted.Zone);
        if (zone is null)
        {
            errors.Add(
                Rules.UnknownZone($"/zones/{position}/zone", wanted.Zone, zones.Select(row => row.Name)));
            return null;
        }

        int before = errors.Count;
        if (!seen.Add(zone.Name))
            errors.Add(new FieldError(
                $"/zones/{position}/zone", "zone_repeated", $"Zone {zone.Name} is named more than once."));
        else if (!cells.Contains(zone.Name))
            errors.Add(new FieldError(
                $"/zones/{position}/zone", "no_cell", $"Zone {zone.Name} has no cell yet; ask the operator."));
        ZonePools pools = ZonePools.Of(zone);
        if (isDualstack && pools.Ipv6 is null)
            errors.Add(new FieldError(
                $"/zones/{position}/zone", "no_ipv6", $"Zone {zone.Name} has no IPv6 addresses; ask the operator."));
        Ip? address = Read(wanted.Address, pools.Ipv4.Vip, zone.Name, $"/zones/{position}/address", errors);
        Ip? ipv6 = pools.Ipv6 is null || !isDualstack
            ? null
            : Read(wanted.Ipv6Address, pools.Ipv6.Vip, zone.Name, $"/zones/{position}/ipv6Address", errors);
        if (wanted.Ipv6Address is not null && !isDualstack)
            errors.Add(Rules.Invalid(
                $"/zones/{position}/ipv6Address", "Only a load balancer of ipAddressType dualstack has one."));
        return errors.Count == before ? new VipRequest(position, zone, address, ipv6) : null;
    }

    private static Ip? Read(string? text, IpPrefix pool, string zone, string pointer, List<FieldError> errors)
    {
        if (text is null)
            return null;
        if (!Ip.TryParse(text, out Ip address) || address.IsIpv4 != pool.First.IsIpv4)
            errors.Add(Rules.Invalid(pointer, $"An IPv{(pool.First.IsIpv4 ? 4 : 6)} address is allowed."));
        else if (!pool.Contains(address))
            errors.Add(new FieldError(pointer, "address_outside_pool", $"The pool of zone {zone} is {pool}."));
        return address;
    }
}
