using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryTargetGroups(MemoryStore store) : ITargetGroups
{
    public TargetGroupConfig? Created { get; private set; }

    public Task<Outcome<TargetGroup>> CreateAsync(
        string tenantId, TargetGroupConfig config, CancellationToken cancel) =>
        Task.FromResult(store.Write("create target group", () =>
        {
            Created = config;
            return store.Put(tenantId, $"tg-{config.Name}", new TargetGroup(
                $"tg-{config.Name}", config.Name, config.Protocol, config.Port, config.HealthCheck,
                config.DeregistrationDelaySeconds, config.Tags, 1, MemoryStore.Start, MemoryStore.Pending)
            {
                IpAddressType = config.IpAddressType,
                Attributes = config.Attributes,
            });
        }));

    public Task<Outcome<TargetGroup>> GetAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Get<TargetGroup>(tenantId, id));

    public Task<Page<TargetGroup>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        Task.FromResult(store.List<TargetGroup>(tenantId, page));

    /// <summary>What the last change asked for.</summary>
    public TargetGroupChange? Changed { get; private set; }

    public Task<Outcome<TargetGroup>> ChangeAsync(
        string tenantId, string id, TargetGroupChange change, CancellationToken cancel)
    {
        Changed = change;
        return Task.FromResult(store.Write("change target group", () => store.Change<TargetGroup>(tenantId, id, group =>
            group with
            {
                DeregistrationDelaySeconds = change.DeregistrationDelaySeconds ?? group.DeregistrationDelaySeconds,
                HealthCheck = change.HealthCheck?.Apply(group.HealthCheck) ?? group.HealthCheck,
                Attributes = group.Attributes.Concat(
                    change.Attributes.Select(one => KeyValuePair.Create(one.Key, one.Value ?? ""))).ToDictionary(),
            })));
    }

    public Task<Outcome<TargetGroup>> ReplaceAsync(
        string tenantId, string id, TargetGroupConfig config, CancellationToken cancel) =>
        Task.FromResult(store.Write("replace target group", () => store.Change<TargetGroup>(tenantId, id, group =>
            group with
            {
                DeregistrationDelaySeconds = config.DeregistrationDelaySeconds,
                HealthCheck = config.HealthCheck,
                Attributes = config.Attributes,
                Tags = config.Tags,
            })));

    public Task<Outcome<TargetGroup>> DeleteAsync(string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete target group", () => store.Remove<TargetGroup>(tenantId, id)));
}
