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
internal sealed record VipRequest(int Position, ZoneRow Zone, uint? Address)
{
    private const int MaxZones = 16;

    /// <summary>
    /// Everything that is wrong with the zones of a request; the good ones are added to <paramref name="requests"/>.
    /// </summary>
    public static async Task<List<FieldError>> CheckAsync(
        HyperplaneDb db,
        IReadOnlyList<ZonePlacement> wanted,
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
            if (Check(wanted[i], i, seen, zones, cells, errors) is { } request)
                requests.Add(request);
        }

        IPAddress[] chosen =
        [
            .. requests.Where(request => request.Address is not null)
                .Select(request => Ipv4.ToIp(request.Address!.Value)),
        ];
        if (chosen.Length == 0)
            return errors;
        List<VipAddressRow> taken = await db.VipAddresses.AsNoTracking()
            .Where(row => chosen.Contains(row.Address) && (row.FreeAt == null || row.FreeAt > now)).ToListAsync(cancel);
        foreach (VipRequest request in requests)
        {
            if (taken.Find(row => request.Address is { } address && Ipv4.FromIp(row.Address) == address) is { } use)
                errors.Add(new FieldError(
                    $"/zones/{request.Position}/address",
                    "address_in_use",
                    use.FreeAt is null
                        ? "The address is in use."
                        : "The address was in use a while ago and is in quarantine."));
        }

        return errors;
    }

    private static VipRequest? Check(
        ZonePlacement wanted,
        int position,
        HashSet<string> seen,
        List<ZoneRow> zones,
        ILookup<string, CellRow> cells,
        List<FieldError> errors)
    {
        ZoneRow? zone = zones.Find(row => row.Name == wanted.Zone);
        if (zone is null)
        {
            string known = zones.Count == 0 ? "there is none yet" : string
                .Join(", ", zones.Select(row => row.Name).Order(StringComparer.Ordinal).Take(20));
            errors.Add(new FieldError(
                $"/zones/{position}/zone", "unknown_zone",
                $"There is no zone {Refuse.Quote(wanted.Zone)}; known: {known}."));
            return null;
        }

        int before = errors.Count;
        if (!seen.Add(zone.Name))
            errors.Add(new FieldError(
                $"/zones/{position}/zone", "zone_repeated", $"Zone {zone.Name} is named more than once."));
        else if (!cells.Contains(zone.Name))
            errors.Add(new FieldError(
                $"/zones/{position}/zone", "no_cell", $"Zone {zone.Name} has no cell yet; ask the operator."));
        uint? address = null;
        if (wanted.Address is not null)
        {
            var pool = Ipv4Prefix.FromNetwork(zone.VipPool);
            if (!Ipv4.TryParse(wanted.Address, out uint number))
                errors.Add(Rules.Invalid($"/zones/{position}/address", "An IPv4 address is allowed."));
            else if (!pool.Contains(number))
                errors.Add(new FieldError(
                    $"/zones/{position}/address", "address_outside_pool", $"The pool of zone {zone.Name} is {pool}."));
            address = number;
        }

        return errors.Count == before ? new VipRequest(position, zone, address) : null;
    }
}
