namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>The body of a zonal shift.</summary>
/// <param name="Zone">The zone to leave.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Comment">Why, or null.</param>
internal sealed record ShiftRequest(string Zone, int ExpiresIn, string? Comment);
