using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Events;

/// <summary>The audit trail.</summary>
public interface IEvents
{
    /// <summary>The changes of a tenant's resources, in their order.</summary>
    /// <param name="tenantId">Whose; null for all.</param>
    /// <param name="resource">Of this resource alone; null for all.</param>
    /// <param name="page">Which part; its name is not looked at.</param>
    /// <param name="cancel">Ends the wait.</param>
    Task<Page<Event>> ListAsync(string? tenantId, string? resource, PageRequest page, CancellationToken cancel);
}
