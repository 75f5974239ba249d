namespace Hyperplane.Controller.Contracts.ElasticIps;

/// <summary>What a tenant asks for.</summary>
/// <param name="Zone">Where it shall be used.</param>
/// <param name="Tags">At most 50.</param>
public sealed record ElasticIpConfig(string Zone, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Unique among the tenant's elastic IPs: 1 to 32 of a-z, A-Z, 0-9 and hyphen; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>A certain address of an elastic pool of the zone; null to have one chosen.</summary>
    public string? Address { get; init; }

    /// <summary>Of which family; null: that of a certain address, or else IPv4.</summary>
    public IpFamily? IpAddressType { get; init; }
}
