namespace Hyperplane.Lbctl.TargetGroups;

/// <summary>How a target's health is checked; as told and as asked for.</summary>
internal sealed record HealthCheck(
    string? Protocol = null,
    int? Port = null,
    string? Path = null,
    int? IntervalSeconds = null,
    int? TimeoutSeconds = null,
    int? HealthyThreshold = null,
    int? UnhealthyThreshold = null,
    string? Matcher = null);
