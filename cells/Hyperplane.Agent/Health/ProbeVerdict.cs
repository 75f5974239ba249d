namespace Hyperplane.Agent.Health;

/// <summary>A verdict and why.</summary>
/// <param name="State">Initial, healthy or unhealthy.</param>
/// <param name="Reason">AWS's reason code, "Target.Timeout"; "" when healthy.</param>
/// <param name="Detail">What was sent and what came back.</param>
public sealed record ProbeVerdict(ProbeState State, string Reason, string Detail)
{
    /// <summary>Of a target that nobody has checked yet.</summary>
    public static ProbeVerdict NotYet { get; } = new(ProbeState.Initial, "Elb.InitialHealthChecking", "");

    /// <summary>What this node's own checks say, whatever the cell's nodes follow.</summary>
    public ProbeState Own { get; init; } = State;
}
