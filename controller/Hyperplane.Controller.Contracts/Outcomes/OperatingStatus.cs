namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>What the health of the targets amounts to.</summary>
public enum OperatingStatus
{
    /// <summary>Nothing to send traffic to: no listener or no registered target.</summary>
    NoTargets,

    /// <summary>Every target is healthy.</summary>
    Healthy,

    /// <summary>Some targets are not healthy.</summary>
    Degraded,

    /// <summary>No target is healthy.</summary>
    Down,
}
