using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Trees;

/// <summary>A load balancer with what is under it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Generation">Of what is wanted.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Listeners">In order of creation.</param>
/// <param name="TargetGroups">Of all listeners, each once, in order of creation.</param>
public sealed record LoadBalancerTree(
    string Id,
    string Name,
    long Generation,
    ResourceStatus Status,
    IReadOnlyList<ListenerBranch> Listeners,
    IReadOnlyList<TargetGroupBranch> TargetGroups);
