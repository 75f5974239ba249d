namespace Hyperplane.Lbctl.TargetGroups;

/// <summary>The body of a change; what is null stays.</summary>
internal sealed record TargetGroupChange(
    int? DeregistrationDelaySeconds, IReadOnlyDictionary<string, string>? Attributes);
