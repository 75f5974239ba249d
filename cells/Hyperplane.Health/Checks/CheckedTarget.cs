namespace Hyperplane.Health;

/// <summary>A target that is being checked; equal only to itself.</summary>
internal sealed class CheckedTarget(HealthCheckTarget target, HealthTracker tracker)
{
    /// <summary>What is checked, and how.</summary>
    public HealthCheckTarget Target { get; } = target;

    /// <summary>What is known; handed on when only the settings change.</summary>
    public HealthTracker Tracker { get; } = tracker;

    /// <summary>True once it left the desired set: late results do not count.</summary>
    public bool IsRemoved { get; set; }
}
