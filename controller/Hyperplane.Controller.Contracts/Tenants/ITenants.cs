using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>Tenants and their API keys; an operator's business.</summary>
public interface ITenants
{
    /// <summary>Who a secret belongs to; null when it is no key of ours. Costs no more than one look-up.</summary>
    Task<Principal?> AuthenticateAsync(string secret, CancellationToken cancel);

    /// <summary>Creates a tenant; the same name gives the existing one.</summary>
    Task<Outcome<Tenant>> CreateAsync(string name, CancellationToken cancel);

    /// <summary>One by its id.</summary>
    Task<Outcome<Tenant>> GetAsync(string id, CancellationToken cancel);

    /// <summary>All of them.</summary>
    Task<Page<Tenant>> ListAsync(PageRequest page, CancellationToken cancel);

    /// <summary>Replaces the limits of a tenant's new flows.</summary>
    Task<Outcome<Tenant>> PutLimitsAsync(string id, TenantLimits limits, CancellationToken cancel);

    /// <summary>Deletes a tenant; refused while it owns anything (<c>resource_in_use</c>).</summary>
    Task<Outcome<Tenant>> DeleteAsync(string id, CancellationToken cancel);

    /// <summary>Creates a key; its secret is told only here, and stored only as a hash.</summary>
    Task<Outcome<NewApiKey>> CreateKeyAsync(string tenantId, string name, Role role, CancellationToken cancel);

    /// <summary>The tenant's keys, without secrets.</summary>
    Task<Outcome<Page<ApiKey>>> ListKeysAsync(string tenantId, PageRequest page, CancellationToken cancel);

    /// <summary>Revokes a key at once.</summary>
    Task<Outcome<ApiKey>> DeleteKeyAsync(string tenantId, string id, CancellationToken cancel);
}
