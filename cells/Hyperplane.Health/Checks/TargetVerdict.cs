namespace Hyperplane.Health;

/// <summary>What is known about a target's health.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">One of <see cref="HealthReasons"/>; empty when healthy.</param>
public sealed record TargetVerdict(TargetHealthState State, string Reason)
{
    /// <summary>What the last probe sent; empty before it.</summary>
    public string Sent { get; init; } = "";

    /// <summary>What came back; empty before it.</summary>
    public string Received { get; init; } = "";

    /// <summary>When the last probe ended; null before it.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>The share of its weight that the target asks for, in percent; null when it asks for none.</summary>
    public int? Weight { get; init; }
}
