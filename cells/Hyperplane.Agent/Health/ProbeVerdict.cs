namespace Hyperplane.Agent.Health;

/// <summary>A verdict and why.</summary>
/// <param name="State">Initial, healthy or unhealthy.</param>
/// <param name="Reason">AWS's reason code, "Target.Timeout"; "" when healthy.</param>
/// <param name="Detail">What else there is to say.</param>
public sealed record ProbeVerdict(ProbeState State, string Reason, string Detail)
{
    /// <summary>Of a target that nobody has checked yet.</summary>
    public static ProbeVerdict NotYet { get; } = new(ProbeState.Initial, "Elb.InitialHealthChecking", "");

    /// <summary>What this node's own checks say, whatever the cell's nodes follow.</summary>
    public ProbeState Own { get; init; } = State;

    /// <summary>What this node's last check sent; "" before it.</summary>
    public string Sent { get; init; } = "";

    /// <summary>What came back.</summary>
    public string Received { get; init; } = "";

    /// <summary>When it ended; null before it.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>Percent of its weight that the target asks for; null: it does not ask.</summary>
    public int? Weight { get; init; }
}
