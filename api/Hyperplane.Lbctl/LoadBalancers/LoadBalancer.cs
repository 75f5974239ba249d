using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>A load balancer as the API shows it.</summary>
internal sealed record LoadBalancer(
    string Id,
    string Name,
    ResourceStatus Status,
    IReadOnlyList<ZoneAddress>? Zones = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    long Generation = 0,
    DateTimeOffset? CreatedAt = null,
    string? IpAddressType = null,
    IReadOnlyDictionary<string, string>? Attributes = null,
    ZonalShift? ZonalShift = null,
    string? Scheme = null) : IProvisioned
{
    /// <summary>What lbctl knows about load balancers.</summary>
    public static readonly ResourceKind<LoadBalancer> Kind = new(
        "nlb",
        WireJson.Default.LoadBalancer,
        static one => one.Id,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("ID", static one => one.Id),
            new("STATUS", static one => one.Status.Provisioning, IsStatus: true),
            new("HEALTH", static one => one.Status.Operating, IsStatus: true),
            new("ADDRESSES", static one =>
                string.Join(' ', (one.Zones ?? []).Select(zone => $"{zone.Zone}={zone.Addresses(",")}"))),
            new("CREATED", static one => Moment.Of(one.CreatedAt)),
            new("SCHEME", static one => one.Scheme, IsWide: true),
            new("TYPE", static one => one.IpAddressType, IsWide: true),
            new("SHIFTED", static one => one.ZonalShift?.Zone, IsWide: true),
            new("TAGS", static one => Pair.Text(one.Tags), IsWide: true),
        ]);

    /// <inheritdoc/>
    public IEnumerable<string> ZoneNames => (Zones ?? []).Select(static zone => zone.Zone);

    /// <summary>Everything about one.</summary>
    public static void Describe(LoadBalancer one, Details details) => details
        .Add("Name", one.Name)
        .Add("Id", one.Id)
        .Add("Scheme", one.Scheme)
        .Add("Status", one.Status.Provisioning, isStatus: true)
        .Add("Health", one.Status.Operating, isStatus: true)
        .Add("Generation", $"{one.Generation} (in force: {one.Status.ObservedGeneration}, "
            + $"{(one.Status.Converged ? "on all nodes" : "not on all nodes yet")})")
        .Add("Tags",
            string.Join(' ', (one.Tags ?? new Dictionary<string, string>()).Select(tag => $"{tag.Key}={tag.Value}")))
        .Add("Created", Moment.Of(one.CreatedAt))
        .Add("Attributes", Pair.Columns("ATTRIBUTE"), [.. one.Attributes ?? new Dictionary<string, string>()])
        .Add("Zones", ZoneAddress.Columns, one.Zones ?? [])
        .Add("Zonal shift", ZonalShift.Columns, one.ZonalShift is { } shift ? [shift] : [])
        .Add("Conditions", Condition.Columns, one.Status.Conditions ?? []);
}
