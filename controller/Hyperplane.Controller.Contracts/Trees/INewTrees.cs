using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Controller.Contracts.Trees;

/// <summary>Creates resources with what is under them: all of it or nothing, and everything wrong is told.</summary>
/// <remarks>
/// The same again gives what exists. When a resource of the name is there with other settings, or without a part of
/// what is under it here, that is a conflict (<c>name_in_use</c>); what it has beyond that stays.
/// </remarks>
public interface INewTrees
{
    /// <summary>A load balancer with listeners.</summary>
    Task<Outcome<LoadBalancer>> CreateAsync(
        string tenantId, LoadBalancerConfig config, IReadOnlyList<NewListener> under, CancellationToken cancel);

    /// <summary>A listener with target groups.</summary>
    Task<Outcome<Listener>> CreateAsync(
        string tenantId, string loadBalancerId, NewListener listener, CancellationToken cancel);

    /// <summary>A target group with targets.</summary>
    Task<Outcome<TargetGroup>> CreateAsync(string tenantId, NewTargetGroup group, CancellationToken cancel);
}
