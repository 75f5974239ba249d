namespace Hyperplane.Health;

/// <summary>What is known about a target's health.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">One of <see cref="HealthReasons"/>; empty when healthy.</param>
/// <param name="Detail">What the last probe sent and what came back, at most 256 characters.</param>
public sealed record TargetVerdict(TargetHealthState State, string Reason, string Detail);
