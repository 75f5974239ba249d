using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryListeners(MemoryStore store) : IListeners
{
    public ListenerConfig? Created { get; private set; }

    public Task<Outcome<Listener>> CreateAsync(
        string tenantId, string loadBalancerId, ListenerConfig config, CancellationToken cancel) =>
        Task.FromResult(store.Write("create listener", () =>
        {
            Created = config;
            if (store.Get<LoadBalancer>(tenantId, loadBalancerId) is Outcome<LoadBalancer>.Refused refused)
                return new Outcome<Listener>.Refused(refused.Refusal);
            string id = $"listener-{config.Port}";
            return store.Put(tenantId, id, new Listener(
                id, loadBalancerId, config.Protocol, config.Port, config.TargetGroupId, config.IdleTimeoutSeconds
                    ?? 350,
                1, MemoryStore.Start, MemoryStore.Pending)
            {
                AllowedCidrs = config.AllowedCidrs, DeniedCidrs = config.DeniedCidrs,
            });
        }));

    public Task<Outcome<Listener>> GetAsync(
        string tenantId, string loadBalancerId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Get<Listener>(tenantId, id));

    public Task<Outcome<Page<Listener>>> ListAsync(
        string tenantId, string loadBalancerId, PageRequest page, CancellationToken cancel) =>
        Task.FromResult<Outcome<Page<Listener>>>(
            new Outcome<Page<Listener>>.Done(store.List<Listener>(tenantId, page), false));

    public Task<Outcome<Listener>> ChangeAsync(
        string tenantId, string loadBalancerId, string id, ListenerChange change, CancellationToken cancel) =>
        Task.FromResult(store.Write("change listener", () => store.Change<Listener>(tenantId, id, listener =>
            listener with
            {
                Protocol = change.Protocol ?? listener.Protocol,
                Port = change.Port ?? listener.Port,
                TargetGroups = change.TargetGroups ?? listener.TargetGroups,
                IdleTimeoutSeconds = change.IdleTimeoutSeconds
                    ?? (change.ResetsIdleTimeout ? 350 : listener.IdleTimeoutSeconds),
                AllowedCidrs = change.AllowedCidrs ?? listener.AllowedCidrs,
                DeniedCidrs = change.DeniedCidrs ?? listener.DeniedCidrs,
            })));

    public Task<Outcome<Listener>> ReplaceAsync(
        string tenantId, string loadBalancerId, string id, ListenerConfig config, CancellationToken cancel) =>
        Task.FromResult(store.Write("replace listener", () => store.Change<Listener>(tenantId, id, listener =>
            listener with
            {
                Protocol = config.Protocol,
                Port = config.Port,
                TargetGroups = config.TargetGroups,
                IdleTimeoutSeconds = config.IdleTimeoutSeconds ?? 350,
                AllowedCidrs = config.AllowedCidrs,
                DeniedCidrs = config.DeniedCidrs,
            })));

    public Task<Outcome<Listener>> DeleteAsync(
        string tenantId, string loadBalancerId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete listener", () => store.Remove<Listener>(tenantId, id)));
}
