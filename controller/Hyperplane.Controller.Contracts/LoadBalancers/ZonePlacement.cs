namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>A zone that the load balancer serves.</summary>
/// <param name="Zone">The zone's name.</param>
/// <param name="Address">The VIP to use, inside the zone's pool; null to have one chosen.</param>
public sealed record ZonePlacement(string Zone, string? Address)
{
    /// <summary>The IPv6 VIP to use, likewise; for dualstack alone.</summary>
    public string? Ipv6Address { get; init; }

    /// <summary>The id of the elastic IP to use instead of an address of the pool; null for none.</summary>
    public string? ElasticIp { get; init; }

    /// <summary>The IPv6 one, likewise; for dualstack alone.</summary>
    public string? Ipv6ElasticIp { get; init; }
}
