using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>A tenant's target groups.</summary>
public interface ITargetGroups
{
    /// <summary>
    /// Creates one; the same name with the same settings gives the existing one, with others a conflict.
    /// </summary>
    Task<Outcome<TargetGroup>> CreateAsync(string tenantId, TargetGroupConfig config, CancellationToken cancel);

    /// <summary>One by its id.</summary>
    Task<Outcome<TargetGroup>> GetAsync(string tenantId, string id, CancellationToken cancel);

    /// <summary>All of the tenant.</summary>
    Task<Page<TargetGroup>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel);

    /// <summary>Changes one. New flows follow; a flow that is there keeps its target and the way to it.</summary>
    Task<Outcome<TargetGroup>> ChangeAsync(
        string tenantId, string id, TargetGroupChange change, CancellationToken cancel);

    /// <summary>Replaces what can change by what is asked for; refused (<c>immutable</c>) when what cannot is other.
    /// Its targets stay.</summary>
    Task<Outcome<TargetGroup>> ReplaceAsync(
        string tenantId, string id, TargetGroupConfig config, CancellationToken cancel);

    /// <summary>Deletes it with its targets; refused while a listener uses it (<c>resource_in_use</c>).</summary>
    Task<Outcome<TargetGroup>> DeleteAsync(string tenantId, string id, CancellationToken cancel);
}
