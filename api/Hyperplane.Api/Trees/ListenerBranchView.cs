using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.Trees;

/// <summary>A listener of a tree.</summary>
internal sealed record ListenerBranchView(
    [property: Required, Description("Its id.")] string Id,
    [property: Required, Description("What it listens to.")] ListenerProtocol Protocol,
    [property: Required, Example(80), Description("Where it listens.")] int Port,
    [property: Required, Description("Where it stands.")] StandingView Standing,
    [property: Required, Description("Where its flows go; the tree has each group once.")]
    IReadOnlyList<TargetGroupShareView> TargetGroups)
{
    /// <summary>The controller's branch for the wire.</summary>
    public static ListenerBranchView From(ListenerBranch branch) => new(
        branch.Id, branch.Protocol.ToWire(), branch.Port, StandingView.From(branch.Generation, branch.Status),
        [.. branch.TargetGroups.Select(TargetGroupShareView.From)]);
}
