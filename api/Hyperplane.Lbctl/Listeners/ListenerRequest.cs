namespace Hyperplane.Lbctl.Listeners;

/// <summary>The body of a create.</summary>
internal sealed record ListenerRequest(
    string Protocol,
    int Port,
    string? TargetGroupId,
    int? IdleTimeoutSeconds,
    IReadOnlyList<WeightedGroup>? TargetGroups = null,
    IReadOnlyList<string>? AllowedCidrs = null,
    IReadOnlyList<string>? DeniedCidrs = null);
