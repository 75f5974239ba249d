namespace Hyperplane.Controller.Contracts.Targets;

/// <summary>What one node's own checks found of a target.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Zone">Where it is.</param>
/// <param name="State">Initial, healthy or unhealthy: the node's vote, not what the majority makes of all.</param>
/// <param name="Reason">AWS's reason codes; null when healthy.</param>
/// <param name="Sent">What the node sent; null when healthy.</param>
/// <param name="Received">What came back; null when healthy.</param>
/// <param name="CheckedAt">When the check ended that told this first; null when healthy.</param>
public sealed record TargetCheck(
    string Node,
    string Zone,
    TargetState State,
    string? Reason,
    string? Sent,
    string? Received,
    DateTimeOffset? CheckedAt);
