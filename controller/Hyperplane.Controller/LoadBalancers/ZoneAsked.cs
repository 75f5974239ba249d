using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>A zone of a request.</summary>
/// <param name="Position">Its place in the request.</param>
/// <param name="Wanted">What is asked for.</param>
/// <param name="Kept">What the load balancer has there already; null where it is new.</param>
internal sealed record ZoneAsked(int Position, ZonePlacement Wanted, LoadBalancerZoneRow? Kept);
