using System.Net;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.LoadBalancers;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>The zones of load balancers: an address that a file does not name is whatever it is.</summary>
internal sealed class ZonePlanner(KnownIds ids)
{
    /// <summary>For a rehearsal: an elastic IP that is yet to be created is left out.</summary>
    public IReadOnlyList<ZoneRequested> Now(IReadOnlyList<WantedZone> zones) => With(zones, ids);

    /// <summary>With the elastic IPs that are there.</summary>
    public static IReadOnlyList<ZoneRequested> With(IReadOnlyList<WantedZone> zones, KnownIds ids) =>
    [
        .. zones.Select(zone => new ZoneRequested(
            zone.Zone, zone.Address, zone.Ipv6Address, Id(zone.ElasticIp, ids), Id(zone.Ipv6ElasticIp, ids))),
    ];

    /// <summary>The zones of one that is created.</summary>
    public static IEnumerable<FieldChange> Said(IReadOnlyList<WantedZone> zones) =>
        zones.Select(static zone => new FieldChange($"zones.{zone.Zone}", null, Text(zone)));

    /// <summary>How the zones of one that is there become others.</summary>
    public IEnumerable<FieldChange> Differences(LoadBalancer known, IReadOnlyList<WantedZone> wanted)
    {
        IReadOnlyList<ZoneAddress> there = known.Zones ?? [];
        foreach (WantedZone zone in wanted)
        {
            if (there.FirstOrDefault(one => one.Zone == zone.Zone) is { } same)
                foreach (FieldChange field in Differences(same, zone))
                    yield return field;
            else
                yield return new FieldChange($"zones.{zone.Zone}", null, Text(zone));
        }

        foreach (ZoneAddress gone in there.Where(one => !wanted.Any(zone => zone.Zone == one.Zone)))
            yield return new FieldChange($"zones.{gone.Zone}", gone.Addresses(" "), null);
    }

    private IEnumerable<FieldChange> Differences(ZoneAddress known, WantedZone wanted)
    {
        FieldChange[] said =
        [
            new("address", known.Address, Canonical(wanted.Address)),
            new("ipv6Address", known.Ipv6Address, Canonical(wanted.Ipv6Address)),
            new("elasticIp", Name(known.ElasticIp), Name(wanted.ElasticIp)),
            new("ipv6ElasticIp", Name(known.Ipv6ElasticIp), Name(wanted.Ipv6ElasticIp)),
        ];
        return said.Where(static field => field.New is not null && field.New != field.Old)
            .Select(field => field with { Field = $"zones.{wanted.Zone}.{field.Field}" });
    }

    private static string Text(WantedZone zone)
    {
        string[] said =
        [
            .. zone.ElasticIps.Select(static name => $"elastic IP {name}"),
            .. new[] { zone.Address, zone.Ipv6Address }.OfType<string>(),
        ];
        return said.Length == 0 ? "an address is chosen" : string.Join(' ', said);
    }

    private static string? Id(string? nameOrId, KnownIds ids) =>
        nameOrId is null ? null : ids.ElasticIps.GetValueOrDefault(nameOrId);

    /// <summary>The name, whichever of name and id was said.</summary>
    private string? Name(string? nameOrId)
    {
        if (nameOrId is null || Id(nameOrId, ids) is not { } id)
            return nameOrId;
        return ids.ElasticIps.FirstOrDefault(one => one.Value == id && one.Key != id).Key ?? id;
    }

    private static string? Canonical(string? address) =>
        IPAddress.TryParse(address, out IPAddress? parsed) ? parsed.ToString() : address;
}
