using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.Trees;

/// <summary>A load balancer with what is under it, and where each stands.</summary>
internal sealed record LoadBalancerTreeView(
    [property: Required, Description("Its id.")] string Id,
    [property: Required, Example("web"), Description("Its name.")] string Name,
    [property: Required, Description("Where it stands.")] StandingView Standing,
    [property: Required, Description("In order of creation.")] IReadOnlyList<ListenerBranchView> Listeners,
    [property: Required, Description("Those of all listeners, each once, in order of creation.")]
    IReadOnlyList<TargetGroupBranchView> TargetGroups)
{
    /// <summary>The controller's tree for the wire.</summary>
    public static LoadBalancerTreeView From(LoadBalancerTree tree) => new(
        tree.Id, tree.Name, StandingView.From(tree.Generation, tree.Status),
        [.. tree.Listeners.Select(ListenerBranchView.From)],
        [.. tree.TargetGroups.Select(TargetGroupBranchView.From)]);
}
