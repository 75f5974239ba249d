namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>A zone to serve.</summary>
/// <param name="Zone">Its name.</param>
/// <param name="Address">The VIP there; null to have one chosen.</param>
/// <param name="Ipv6Address">The IPv6 VIP there, likewise.</param>
internal sealed record ZoneRequested(string Zone, string? Address, string? Ipv6Address = null);
