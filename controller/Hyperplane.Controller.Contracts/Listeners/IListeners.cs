using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Listeners;

/// <summary>The listeners of a tenant's load balancer.</summary>
public interface IListeners
{
    /// <summary>
    /// Creates one; the same protocol, port and settings give the existing one, other settings a conflict.
    /// </summary>
    Task<Outcome<Listener>> CreateAsync(
        string tenantId, string loadBalancerId, ListenerConfig config, CancellationToken cancel);

    /// <summary>One by its id.</summary>
    Task<Outcome<Listener>> GetAsync(string tenantId, string loadBalancerId, string id, CancellationToken cancel);

    /// <summary>All of the load balancer.</summary>
    Task<Outcome<Page<Listener>>> ListAsync(
        string tenantId, string loadBalancerId, PageRequest page, CancellationToken cancel);

    /// <summary>Changes one. New flows follow; a flow that is there keeps its target, but those of a port or protocol
    /// that is left are no longer served, as when a listener is deleted.</summary>
    Task<Outcome<Listener>> ChangeAsync(
        string tenantId, string loadBalancerId, string id, ListenerChange change, CancellationToken cancel);

    /// <summary>Replaces it by what is asked for, as <see cref="ChangeAsync"/> does.</summary>
    Task<Outcome<Listener>> ReplaceAsync(
        string tenantId, string loadBalancerId, string id, ListenerConfig config, CancellationToken cancel);

    /// <summary>Deletes it; its established flows are no longer served.</summary>
    Task<Outcome<Listener>> DeleteAsync(string tenantId, string loadBalancerId, string id, CancellationToken cancel);
}
