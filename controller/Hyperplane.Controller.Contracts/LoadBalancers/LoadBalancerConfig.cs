namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>What a tenant asks for.</summary>
/// <param name="Name">Unique in the tenant; 1 to 32 of a-z, A-Z, 0-9 and hyphen, no hyphen at the ends.</param>
/// <param name="Zones">At least one, each zone once.</param>
/// <param name="Tags">At most 50.</param>
public sealed record LoadBalancerConfig(
    string Name, IReadOnlyList<ZonePlacement> Zones, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Of which families its addresses are; IPv4 by default.</summary>
    public IpAddressType IpAddressType { get; init; }

    /// <summary>From where they come.</summary>
    public Scheme Scheme { get; init; }

    /// <summary>Those that differ from their defaults.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
