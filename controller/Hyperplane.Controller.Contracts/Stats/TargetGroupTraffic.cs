namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>A target group with what was counted at its targets, whichever load balancer sent the flows.</summary>
/// <param name="Id">"tg-…".</param>
/// <param name="Name">Unique in the tenant.</param>
/// <param name="Tags">The tenant's.</param>
/// <param name="Stats">What was counted.</param>
public sealed record TargetGroupTraffic(
    string Id, string Name, IReadOnlyDictionary<string, string> Tags, TargetGroupStats Stats);
