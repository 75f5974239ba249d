namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>The body of a change, a merge patch; what is null stays.</summary>
internal sealed record LoadBalancerChange(
    IReadOnlyDictionary<string, string?>? Attributes,
    IReadOnlyDictionary<string, string?>? Tags,
    IReadOnlyList<ZoneRequested>? Zones = null,
    string? IpAddressType = null);
