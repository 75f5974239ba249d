namespace Hyperplane.Health;

/// <summary>What probes say about a target.</summary>
public enum TargetHealthState
{
    /// <summary>Too little is known yet.</summary>
    Initial,

    /// <summary>Takes traffic.</summary>
    Healthy,

    /// <summary>Takes none while others are healthy.</summary>
    Unhealthy,
}
