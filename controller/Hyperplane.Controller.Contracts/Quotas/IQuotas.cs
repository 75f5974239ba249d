using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Quotas;

/// <summary>How many of what a tenant may have.</summary>
public interface IQuotas
{
    /// <summary>All of a tenant, in order of their names.</summary>
    Task<Outcome<IReadOnlyList<Quota>>> GetAsync(string tenantId, CancellationToken cancel);

    /// <summary>The operator changes some; null is the default. What a tenant has beyond a smaller quota
    /// stays.</summary>
    Task<Outcome<IReadOnlyList<Quota>>> ChangeAsync(
        string tenantId, IReadOnlyDictionary<QuotaName, int?> change, CancellationToken cancel);
}
