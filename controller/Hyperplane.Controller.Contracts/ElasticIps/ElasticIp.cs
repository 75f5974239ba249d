namespace Hyperplane.Controller.Contracts.ElasticIps;

/// <summary>An address that is a tenant's until it is released, whatever it leads to.</summary>
public sealed record ElasticIp(
    string Id,
    string? Name,
    string Zone,
    string Address,
    IReadOnlyDictionary<string, string> Tags,
    long Generation,
    DateTimeOffset CreatedAt)
{
    /// <summary>Of which family the address is.</summary>
    public IpFamily IpAddressType { get; init; }

    /// <summary>The id of the load balancer whose address it is; null when it is free.</summary>
    public string? AssociatedWith { get; init; }
}
