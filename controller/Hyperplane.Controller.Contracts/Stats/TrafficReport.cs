namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What was counted at load balancers and at the target groups of their listeners.</summary>
/// <param name="LoadBalancers">In order of creation.</param>
/// <param name="TargetGroups">In order of creation, each once.</param>
/// <param name="LeftOutLoadBalancers">How many are too many to be told, the newest ones.</param>
/// <param name="LeftOutTargetGroups">Likewise, of those that the load balancers use that are told.</param>
public sealed record TrafficReport(
    IReadOnlyList<LoadBalancerTraffic> LoadBalancers, IReadOnlyList<TargetGroupTraffic> TargetGroups,
    int LeftOutLoadBalancers, int LeftOutTargetGroups);
