namespace Hyperplane.Lbctl.Targets;

/// <summary>What one node's own checks found of a target, as the API shows it.</summary>
internal sealed record TargetCheck(
    string Node,
    string Zone,
    string State,
    string? Reason = null,
    string? Sent = null,
    string? Received = null,
    DateTimeOffset? CheckedAt = null);
