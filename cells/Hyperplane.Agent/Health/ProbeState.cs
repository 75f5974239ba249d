namespace Hyperplane.Agent.Health;

/// <summary>What the checks say of a target.</summary>
public enum ProbeState
{
    /// <summary>Not judged yet.</summary>
    Initial,

    /// <summary>Answers.</summary>
    Healthy,

    /// <summary>Fails.</summary>
    Unhealthy,
}
