namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>A zone to serve.</summary>
/// <param name="Zone">Its name.</param>
/// <param name="Address">The VIP there; null to have one chosen.</param>
/// <param name="Ipv6Address">The IPv6 VIP there, likewise.</param>
/// <param name="ElasticIp">The id of the elastic IP that the VIP shall be; null for none.</param>
/// <param name="Ipv6ElasticIp">The one that the IPv6 VIP shall be, likewise.</param>
internal sealed record ZoneRequested(
    string Zone,
    string? Address,
    string? Ipv6Address = null,
    string? ElasticIp = null,
    string? Ipv6ElasticIp = null);
