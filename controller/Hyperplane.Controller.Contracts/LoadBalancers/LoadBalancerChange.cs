namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>What a tenant wants to be otherwise; what is null stays.</summary>
public sealed record LoadBalancerChange
{
    /// <summary>All zones that it shall serve, at least one: those that it has keep their addresses.</summary>
    public IReadOnlyList<ZonePlacement>? Zones { get; init; }

    /// <summary>Of which families its addresses shall be.</summary>
    public IpAddressType? IpAddressType { get; init; }

    /// <summary>Attributes to set, and with null those that get their default; the others stay.</summary>
    public IReadOnlyDictionary<string, string?>? Attributes { get; init; }

    /// <summary>Tags to set, and with null those to remove; the others stay.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }
}
