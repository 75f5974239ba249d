namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>Where a load balancer lives in one zone.</summary>
/// <param name="Zone">The zone's name.</param>
/// <param name="Address">Its static VIP there.</param>
/// <param name="Cell">The cell that serves it.</param>
/// <param name="Shard">The shard of that cell.</param>
public sealed record ZoneAddress(string Zone, string Address, string Cell, int Shard)
{
    /// <summary>Its static IPv6 VIP there; null unless it is dualstack.</summary>
    public string? Ipv6Address { get; init; }

    /// <summary>Whether the load balancer is shifted away from the zone.</summary>
    public bool IsShifted { get; init; }

    /// <summary>The elastic IP that the VIP is; null when it is none.</summary>
    public string? ElasticIp { get; init; }

    /// <summary>The one that the IPv6 VIP is, likewise.</summary>
    public string? Ipv6ElasticIp { get; init; }
}
