using Hyperplane.Lbctl.Listeners;

namespace Hyperplane.Lbctl.Trees;

/// <summary>A listener of a tree.</summary>
internal sealed record ListenerBranch(
    string Protocol, int Port, Standing Standing, IReadOnlyList<WeightedGroup> TargetGroups);
