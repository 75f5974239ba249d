namespace Hyperplane.Lbctl.Waiting;

/// <summary>Where a resource stands.</summary>
/// <param name="Provisioning">pending, active, failed or deleting.</param>
/// <param name="Operating">healthy, degraded, down or no_targets.</param>
/// <param name="ObservedGeneration">The newest generation that is in force in every zone.</param>
/// <param name="Converged">Whether all live nodes run it.</param>
/// <param name="Conditions">What was observed, per zone and node.</param>
internal sealed record ResourceStatus(
    string Provisioning,
    string? Operating = null,
    long ObservedGeneration = 0,
    bool Converged = false,
    IReadOnlyList<Condition>? Conditions = null);
