namespace Hyperplane.Lbctl.TargetGroups;

/// <summary>The body of a change, a merge patch; what is null stays.</summary>
internal sealed record TargetGroupChange(
    int? DeregistrationDelaySeconds, HealthCheck? HealthCheck, IReadOnlyDictionary<string, string?>? Attributes,
    IReadOnlyDictionary<string, string?>? Tags);
