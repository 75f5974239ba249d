using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Trees;

/// <summary>Where everything under a load balancer stands.</summary>
public interface ITrees
{
    /// <summary>The load balancer with its listeners, and their target groups with their targets.</summary>
    Task<Outcome<LoadBalancerTree>> OfLoadBalancerAsync(string tenantId, string id, CancellationToken cancel);
}
