namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>The body of a create.</summary>
internal sealed record LoadBalancerRequest(
    string Name,
    IReadOnlyList<ZoneRequested> Zones,
    IReadOnlyDictionary<string, string>? Tags,
    string? IpAddressType = null,
    IReadOnlyDictionary<string, string>? Attributes = null,
    string? Scheme = null);
