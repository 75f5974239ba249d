namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>What a tenant asks for.</summary>
/// <param name="Zone">One of the load balancer's zones, not its only one.</param>
/// <param name="ExpiresInSeconds">60 to 259,200 (72 h).</param>
/// <param name="Comment">Up to 128 characters, or null.</param>
public sealed record ZonalShiftConfig(string Zone, int ExpiresInSeconds, string? Comment);
