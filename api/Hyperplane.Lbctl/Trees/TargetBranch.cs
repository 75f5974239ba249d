namespace Hyperplane.Lbctl.Trees;

/// <summary>A target of a tree.</summary>
internal sealed record TargetBranch(
    string Address, int Port, string Provisioning, string State, string? Reason = null);
