using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What nodes counted, a report ago at most (about a second).</summary>
public interface IStats
{
    /// <summary>Of a load balancer.</summary>
    Task<Outcome<LoadBalancerStats>> OfLoadBalancerAsync(string tenantId, string id, CancellationToken cancel);

    /// <summary>Of a target group.</summary>
    Task<Outcome<TargetGroupStats>> OfTargetGroupAsync(string tenantId, string id, CancellationToken cancel);
}
