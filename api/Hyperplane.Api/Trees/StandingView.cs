using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Trees;

/// <summary>Where a resource stands, without its conditions.</summary>
internal sealed record StandingView(
    [property: Required, Description("Whether the newest desired state is in force.")]
    ProvisioningState Provisioning,
    [property: Required, Description("What the health of the targets amounts to.")] OperatingState Operating,
    [property: Required, Description("Grows with every change of what is wanted.")] long Generation,
    [property: Required, Description("The newest generation that at least one node in every zone runs.")]
    long ObservedGeneration,
    [property: Required, Description("Whether all live nodes run it.")] bool Converged)
{
    /// <summary>The controller's status for the wire.</summary>
    public static StandingView From(long generation, ResourceStatus status) => new(
        StatusView.From(status.Provisioning), StatusView.From(status.Operating), generation,
        status.ObservedGeneration, status.Converged);
}
