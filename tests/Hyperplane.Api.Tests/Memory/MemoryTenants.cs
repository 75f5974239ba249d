using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryTenants(MemoryStore store) : ITenants
{
    private const string All = "";

    /// <summary>A key that is known no more.</summary>
    public string? Revoked { get; set; }

    public Task<Principal?> AuthenticateAsync(string secret, CancellationToken cancel) => Task.FromResult(secret switch
    {
        _ when secret == Revoked => null,
        "operator-key" => new Principal("operator", null, Role.Operator),
        "shop-key" => new Principal("key-shop", "shop", Role.TenantAdmin),
        "shop-reader" => new Principal("key-reader", "shop", Role.TenantReader),
        "bank-key" => new Principal("key-bank", "bank", Role.TenantAdmin),
        _ => null,
    });

    public Task<Outcome<Tenant>> CreateAsync(string name, CancellationToken cancel) => Task.FromResult(
        store.Write("create tenant", () =>
            store.Put(All, $"tenant-{name}", new Tenant($"tenant-{name}", name, MemoryStore.Start))));

    public Task<Outcome<Tenant>> GetAsync(string id, CancellationToken cancel) =>
        Task.FromResult(store.Get<Tenant>(All, id));

    public Task<Page<Tenant>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Task.FromResult(store.List<Tenant>(All, page));

    public Task<Outcome<Tenant>> PutLimitsAsync(string id, TenantLimits limits, CancellationToken cancel) =>
        Task.FromResult(store.Write("limit tenant", () =>
            store.Change<Tenant>(All, id, tenant => tenant with { Limits = limits })));

    public Task<Outcome<Tenant>> DeleteAsync(string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete tenant", () => store.Remove<Tenant>(All, id)));

    public Task<Outcome<NewApiKey>> CreateKeyAsync(
        string tenantId, string name, Role role, CancellationToken cancel) =>
        Task.FromResult(store.Write("create key", () =>
        {
            var key = new ApiKey(store.NextId("key"), tenantId, name, role, MemoryStore.Start);
            store.Put(tenantId, key.Id, key);
            return (Outcome<NewApiKey>)new Outcome<NewApiKey>.Done(new NewApiKey(key, "the-secret"), true);
        }));

    public Task<Outcome<Page<ApiKey>>> ListKeysAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        Task.FromResult<Outcome<Page<ApiKey>>>(
            new Outcome<Page<ApiKey>>.Done(store.List<ApiKey>(tenantId, page), false));

    public Task<Outcome<ApiKey>> DeleteKeyAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete key", () => store.Remove<ApiKey>(tenantId, id)));
}
