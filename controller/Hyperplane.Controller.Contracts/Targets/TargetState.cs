namespace Hyperplane.Controller.Contracts.Targets;

/// <summary>AWS's target states.</summary>
public enum TargetState
{
    /// <summary>Registered, not judged yet.</summary>
    Initial,

    /// <summary>Takes new flows.</summary>
    Healthy,

    /// <summary>Fails its checks.</summary>
    Unhealthy,

    /// <summary>Fails its checks; established flows go on until the group's interval is over.</summary>
    UnhealthyDraining,

    /// <summary>Deregistered; established flows go on until the delay is over.</summary>
    Draining,

    /// <summary>No listener uses the group.</summary>
    Unused,
}
