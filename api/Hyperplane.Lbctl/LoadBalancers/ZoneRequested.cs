namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>A zone to serve.</summary>
/// <param name="Zone">Its name.</param>
/// <param name="Address">The VIP there; null to have one chosen.</param>
internal sealed record ZoneRequested(string Zone, string? Address);
