using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>A load balancer with what was counted at it.</summary>
/// <param name="Id">"lb-…".</param>
/// <param name="Name">Unique in the tenant.</param>
/// <param name="Tags">The tenant's.</param>
/// <param name="Operating">What its targets' health amounts to.</param>
/// <param name="Stats">What was counted.</param>
public sealed record LoadBalancerTraffic(
    string Id, string Name, IReadOnlyDictionary<string, string> Tags, OperatingStatus Operating,
    LoadBalancerStats Stats);
