using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Resources;

/// <summary>Where a resource stands: what was asked for and what is seen, told apart.</summary>
internal sealed record StatusView
{
    [Required, Description(
     "Whether the newest desired state is in force: `active` when at least one node in every zone runs it.")]
    public required ProvisioningState Provisioning { get; init; }

    [Required, Description("What the health of the targets amounts to.")]
    public required OperatingState Operating { get; init; }

    [Required, Description("The newest generation that at least one node in every zone runs.")]
    public required long ObservedGeneration { get; init; }

    [Required, Description("Whether all live nodes run it.")]
    public required bool Converged { get; init; }

    [Required, Description("The truth per zone and node.")]
    public required IReadOnlyList<ConditionView> Conditions { get; init; }

    /// <summary>The controller's status for the wire.</summary>
    public static StatusView From(ResourceStatus status) => new()
    {
        Provisioning = From(status.Provisioning),
        Operating = From(status.Operating),
        ObservedGeneration = status.ObservedGeneration,
        Converged = status.Converged,
        Conditions = [.. status.Conditions.Select(ConditionView.From)],
    };

    /// <summary>The controller's word for the wire.</summary>
    public static ProvisioningState From(ProvisioningStatus status) => status switch
    {
        ProvisioningStatus.Pending => ProvisioningState.Pending,
        ProvisioningStatus.Active => ProvisioningState.Active,
        ProvisioningStatus.Failed => ProvisioningState.Failed,
        ProvisioningStatus.Deleting => ProvisioningState.Deleting,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no name on the wire"),
    };

    /// <summary>The controller's word for the wire.</summary>
    public static OperatingState From(OperatingStatus status) => status switch
    {
        OperatingStatus.NoTargets => OperatingState.NoTargets,
        OperatingStatus.Healthy => OperatingState.Healthy,
        OperatingStatus.Degraded => OperatingState.Degraded,
        OperatingStatus.Down => OperatingState.Down,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no name on the wire"),
    };
}
