using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What nodes counted at all of a tenant at once, a report ago at most (about a second).</summary>
public interface ITraffic
{
    /// <summary>Of a load balancer, or of all of the tenant, with the target groups that their listeners use; the
    /// oldest of each kind, whole ones, when there are more than <paramref name="most"/>.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="id">The load balancer; null for all.</param>
    /// <param name="most">How much is told.</param>
    /// <param name="cancel">Gives up.</param>
    Task<Outcome<TrafficReport>> ReadAsync(
        string tenantId, string? id, TrafficLimits most, CancellationToken cancel);
}
