namespace Hyperplane.Lbctl.Listeners;

/// <summary>The body of a change; what is null stays.</summary>
internal sealed record ListenerChange(
    IReadOnlyList<WeightedGroup>? TargetGroups,
    int? IdleTimeoutSeconds,
    IReadOnlyList<string>? AllowedCidrs = null,
    IReadOnlyList<string>? DeniedCidrs = null,
    string? Protocol = null,
    int? Port = null);
