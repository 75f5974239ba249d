using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Controller.Contracts.Trees;

/// <summary>A target group of a tree.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Generation">Of what is wanted.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Targets">In order of registration.</param>
public sealed record TargetGroupBranch(
    string Id, string Name, long Generation, ResourceStatus Status, IReadOnlyList<Target> Targets);
