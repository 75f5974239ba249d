using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryQuotas(MemoryStore store) : IQuotas
{
    /// <summary>What the last change asked for.</summary>
    public IReadOnlyDictionary<QuotaName, int?>? Changed { get; private set; }

    public Task<Outcome<IReadOnlyList<Quota>>> GetAsync(string tenantId, CancellationToken cancel) =>
        Task.FromResult<Outcome<IReadOnlyList<Quota>>>(new Outcome<IReadOnlyList<Quota>>.Done(
            [new Quota(QuotaName.LoadBalancers, 60, 50, 3)], false));

    public Task<Outcome<IReadOnlyList<Quota>>> ChangeAsync(
        string tenantId, IReadOnlyDictionary<QuotaName, int?> change, CancellationToken cancel)
    {
        Changed = change;
        return Task.FromResult(store.Write<IReadOnlyList<Quota>>(
            "change quotas", () => new Outcome<IReadOnlyList<Quota>>.Done([], true)));
    }
}
