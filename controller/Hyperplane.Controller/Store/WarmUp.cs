using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Controller.Store;

/// <summary>
/// Asks every store something that is refused, so that no tenant waits for the queries to be compiled.
/// </summary>
internal sealed class WarmUp(
    ITenants tenants, ILoadBalancers loadBalancers, IListeners listeners, ITargetGroups targetGroups, ITargets targets)
{
    // No id is ever like these.
    private const string Nobody = "tn-nobody";
    private const string Nothing = "nothing";

    /// <summary>Changes nothing.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var page = new PageRequest(1, null, null);
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        await tenants.ListAsync(page, cancel);
        await loadBalancers.CreateAsync(
            Nobody, new LoadBalancerConfig(Nothing, [new ZonePlacement(Nothing, null)], tags), cancel);
        await loadBalancers.ListAsync(Nobody, page, cancel);
        await loadBalancers.GetAsync(Nobody, Nothing, cancel);
        await targetGroups.ListAsync(Nobody, page, cancel);
        await targetGroups.GetAsync(Nobody, Nothing, cancel);
        await listeners.CreateAsync(
            Nobody, Nothing, new ListenerConfig(TransportProtocol.Tcp, 1, Nothing, null), cancel);
        await listeners.GetAsync(Nobody, Nothing, Nothing, cancel);
        await targets.RegisterAsync(Nobody, Nothing, [], cancel);
        await targets.ListAsync(Nobody, Nothing, page, cancel);
    }
}
