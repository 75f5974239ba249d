using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryElasticIps(MemoryStore store) : IElasticIps
{
    /// <summary>What the last create asked for.</summary>
    public ElasticIpConfig? Created { get; private set; }

    /// <summary>What the last change asked for.</summary>
    public ElasticIpChange? Changed { get; private set; }

    public Task<Outcome<ElasticIp>> CreateAsync(string tenantId, ElasticIpConfig config, CancellationToken cancel)
    {
        Created = config;
        return Task.FromResult(store.Write("create elastic IP", () =>
        {
            string id = $"eip-{config.Name}";
            return store.Put(tenantId, id, new ElasticIp(
                id, config.Name, config.Zone, config.Address ?? "203.0.113.1", config.Tags, 1, MemoryStore.Start)
            {
                IpAddressType = config.IpAddressType ?? IpFamily.Ipv4,
            });
        }));
    }

    public Task<Outcome<ElasticIp>> GetAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Get<ElasticIp>(tenantId, id));

    public Task<Page<ElasticIp>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        Task.FromResult(store.List<ElasticIp>(tenantId, page));

    public Task<Outcome<ElasticIp>> ChangeAsync(
        string tenantId, string id, ElasticIpChange change, CancellationToken cancel)
    {
        Changed = change;
        return Task.FromResult(store.Write("change elastic IP", () =>
            store.Change<ElasticIp>(tenantId, id, one => one with { Generation = one.Generation + 1 })));
    }

    public Task<Outcome<ElasticIp>> ReleaseAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("release elastic IP", () => store.Remove<ElasticIp>(tenantId, id)));
}
