using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.Trees;

/// <summary>A target group of a tree.</summary>
internal sealed record TargetGroupBranchView(
    [property: Required, Description("Its id.")] string Id,
    [property: Required, Example("web"), Description("Its name.")] string Name,
    [property: Required, Description("Where it stands.")] StandingView Standing,
    [property: Required, Description("In order of registration.")] IReadOnlyList<TargetBranchView> Targets)
{
    /// <summary>The controller's branch for the wire.</summary>
    public static TargetGroupBranchView From(TargetGroupBranch branch)
    {
        var standing = StandingView.From(branch.Generation, branch.Status);
        return new TargetGroupBranchView(
            branch.Id, branch.Name, standing,
            [.. branch.Targets.Select(target => TargetBranchView.From(target, standing.Provisioning))]);
    }
}
