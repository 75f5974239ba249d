using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryNewTrees(ILoadBalancers loadBalancers, IListeners listeners, ITargetGroups groups)
    : INewTrees
{
    /// <summary>The listeners that the last create asked for.</summary>
    public IReadOnlyList<NewListener> Listeners { get; private set; } = [];

    /// <summary>The target group that the last create asked for.</summary>
    public NewTargetGroup? Group { get; private set; }

    public Task<Outcome<LoadBalancer>> CreateAsync(
        string tenantId, LoadBalancerConfig config, IReadOnlyList<NewListener> under, CancellationToken cancel)
    {
        Listeners = under;
        return loadBalancers.CreateAsync(tenantId, config, cancel);
    }

    public Task<Outcome<Listener>> CreateAsync(
        string tenantId, string loadBalancerId, NewListener listener, CancellationToken cancel)
    {
        Listeners = [listener];
        return listeners.CreateAsync(tenantId, loadBalancerId, listener.Config, cancel);
    }

    public Task<Outcome<TargetGroup>> CreateAsync(string tenantId, NewTargetGroup group, CancellationToken cancel)
    {
        Group = group;
        return groups.CreateAsync(tenantId, group.Config, cancel);
    }
}
