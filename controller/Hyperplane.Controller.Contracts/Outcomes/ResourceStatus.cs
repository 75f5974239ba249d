namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>
/// Where a resource stands: what was asked for (provisioning) and what is seen (operating), told apart.
/// </summary>
/// <param name="Provisioning">Whether the newest desired state is in force.</param>
/// <param name="Operating">What its targets' health amounts to.</param>
/// <param name="ObservedGeneration">The newest generation that at least one node in every zone runs.</param>
/// <param name="Converged">Whether all live nodes run it.</param>
/// <param name="Conditions">The truth per zone and node.</param>
public sealed record ResourceStatus(
    ProvisioningStatus Provisioning,
    OperatingStatus Operating,
    long ObservedGeneration,
    bool Converged,
    IReadOnlyList<Condition> Conditions)
{
    /// <summary>Whether another status tells the same.</summary>
    public bool TellsSame(ResourceStatus other) =>
        this with { Conditions = [] } == other with { Conditions = [] } && Conditions.SequenceEqual(other.Conditions);
}
