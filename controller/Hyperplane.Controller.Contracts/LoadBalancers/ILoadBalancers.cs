using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>A tenant's load balancers. Another tenant's are not found.</summary>
public interface ILoadBalancers
{
    /// <summary>
    /// Creates one; the same name with the same settings gives the existing one, with others a conflict.
    /// </summary>
    Task<Outcome<LoadBalancer>> CreateAsync(string tenantId, LoadBalancerConfig config, CancellationToken cancel);

    /// <summary>One by its id.</summary>
    Task<Outcome<LoadBalancer>> GetAsync(string tenantId, string id, CancellationToken cancel);

    /// <summary>All of the tenant, a page at a time.</summary>
    Task<Page<LoadBalancer>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel);

    /// <summary>Changes one.</summary>
    Task<Outcome<LoadBalancer>> ChangeAsync(
        string tenantId, string id, LoadBalancerChange change, CancellationToken cancel);

    /// <summary>Replaces what can change by what is asked for; refused (<c>immutable</c>) when what cannot is
    /// other.</summary>
    Task<Outcome<LoadBalancer>> ReplaceAsync(
        string tenantId, string id, LoadBalancerConfig config, CancellationToken cancel);

    /// <summary>Deletes it with its listeners; its addresses go into quarantine. Refused
    /// (<c>deletion_protected</c>) while it is protected.</summary>
    Task<Outcome<LoadBalancer>> DeleteAsync(string tenantId, string id, CancellationToken cancel);

    /// <summary>As <see cref="DeleteAsync"/>, with the target groups that only its listeners used, and their targets.
    /// Groups that another load balancer's listeners use stay.</summary>
    Task<Outcome<LoadBalancer>> DeleteTreeAsync(string tenantId, string id, CancellationToken cancel);

    /// <summary>
    /// Waits until the load balancer is other than <paramref name="seen"/> in generation or status, at most <paramref
    /// name="wait"/>; then as <see cref="GetAsync"/>.
    /// </summary>
    Task<Outcome<LoadBalancer>> WaitAsync(
        string tenantId, LoadBalancer seen, TimeSpan wait, CancellationToken cancel);

    /// <summary>
    /// Waits until the tenant's load balancers are others than <paramref name="seen"/>, or one is other in generation
    /// or status, at most <paramref name="wait"/>; then the first <paramref name="most"/> of them as a page.
    /// </summary>
    Task<Page<LoadBalancer>> WaitAllAsync(
        string tenantId, IReadOnlyDictionary<string, LoadBalancer> seen, int most, TimeSpan wait,
        CancellationToken cancel);
}
