using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Targets;

/// <summary>The targets of a tenant's target group.</summary>
public interface ITargets
{
    /// <summary>
    /// Registers targets, all or none; one that is registered already gets the new weight and zone and stops draining.
    /// </summary>
    Task<Outcome<IReadOnlyList<Target>>> RegisterAsync(
        string tenantId, string targetGroupId, IReadOnlyList<TargetConfig> targets, CancellationToken cancel);

    /// <summary>
    /// Deregisters targets: no new flows at once, gone after the group's delay. Absent ones are no error.
    /// </summary>
    Task<Outcome<IReadOnlyList<Target>>> DeregisterAsync(
        string tenantId, string targetGroupId, IReadOnlyList<TargetKey> targets, CancellationToken cancel);

    /// <summary>All of the group, with their health.</summary>
    Task<Outcome<Page<Target>>> ListAsync(
        string tenantId, string targetGroupId, PageRequest page, CancellationToken cancel);

    /// <summary>One by its id.</summary>
    Task<Outcome<Target>> GetAsync(string tenantId, string targetGroupId, string id, CancellationToken cancel);
}
