using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Resources;
using Hyperplane.Api.Targets;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Trees;

/// <summary>A target of a tree.</summary>
internal sealed record TargetBranchView(
    [property: Required, Description("Its id.")] string Id,
    [property: Required, Example("10.0.0.7"), Description("Its address.")] string Address,
    [property: Required, Example(8080), Description("Its port.")] int Port,
    [property: Required, Description("The group's, of which it is a part; `deleting` while it drains.")]
    ProvisioningState Provisioning,
    [property: Required, Description("The worst of what the cells' nodes say by majority.")] HealthState State,
    [property: Required, Description("Why it is not healthy; null when it is.")] string? Reason)
{
    /// <summary>The controller's target for the wire.</summary>
    public static TargetBranchView From(Target target, ProvisioningState group) => new(
        target.Id, target.Address, target.Port,
        target.State == TargetState.Draining ? ProvisioningState.Deleting : group,
        TargetView.From(target.State), target.Reason);
}
