namespace Hyperplane.Lbctl.Trees;

/// <summary>A target group of a tree.</summary>
internal sealed record TargetGroupBranch(
    string Id, string Name, Standing Standing, IReadOnlyList<TargetBranch> Targets);
