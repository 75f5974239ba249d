namespace Hyperplane.Lbctl.Targets;

/// <summary>The body of registering and deregistering.</summary>
internal sealed record TargetsRequest(IReadOnlyList<TargetRequested> Targets);
