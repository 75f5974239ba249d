namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>A zone that a load balancer is shifted away from: clients shall use its other zones.</summary>
/// <param name="Zone">The zone's name.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="Comment">Why, in the tenant's words; null when it was not said.</param>
public sealed record ZonalShift(string Zone, DateTimeOffset ExpiresAt, string? Comment);
