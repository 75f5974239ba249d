using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryTargets(MemoryStore store) : ITargets
{
    public IReadOnlyList<TargetConfig>? Registered { get; private set; }

    public IReadOnlyList<TargetKey>? Deregistered { get; private set; }

    public Task<Outcome<IReadOnlyList<Target>>> RegisterAsync(
        string tenantId, string targetGroupId, IReadOnlyList<TargetConfig> targets, CancellationToken cancel) =>
        Task.FromResult(store.Write<IReadOnlyList<Target>>("register targets", () =>
        {
            Registered = targets;
            Target[] made = [.. targets.Select(t => new Target(
                store.NextId("target"), targetGroupId, t.Address, t.Port ?? 80, t.Weight, TargetState.Initial,
                "Elb.RegistrationInProgress", "Not checked yet.", MemoryStore.Start)
            {
                Zone = t.Zone,
            })];
            foreach (Target target in made)
                store.Put(tenantId, target.Id, target);
            return new Outcome<IReadOnlyList<Target>>.Done(made, true);
        }));

    public Task<Outcome<IReadOnlyList<Target>>> DeregisterAsync(
        string tenantId, string targetGroupId, IReadOnlyList<TargetKey> targets, CancellationToken cancel) =>
        Task.FromResult(store.Write<IReadOnlyList<Target>>("deregister targets", () =>
        {
            Deregistered = targets;
            return new Outcome<IReadOnlyList<Target>>.Done([], true);
        }));

    public Task<Outcome<Page<Target>>> ListAsync(
        string tenantId, string targetGroupId, PageRequest page, CancellationToken cancel) =>
        Task.FromResult<Outcome<Page<Target>>>(
            new Outcome<Page<Target>>.Done(store.List<Target>(tenantId, page), false));

    public Task<Outcome<Target>> GetAsync(string tenantId, string targetGroupId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Get<Target>(tenantId, id));
}
