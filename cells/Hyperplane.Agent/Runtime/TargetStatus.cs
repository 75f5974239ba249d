using Hyperplane.Agent.Health;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Runtime;

/// <summary>A target as the node reports it.</summary>
public sealed record TargetStatus(ProbeKey Key, TargetHealth.Types.State State, string Reason, string Detail)
{
    /// <summary>What the node's own checks say; null where the state does not come from checks.</summary>
    public ProbeState? Own { get; init; }

    /// <summary>What the last check sent, when the target is not healthy for this node.</summary>
    public string Sent { get; init; } = "";

    /// <summary>What came back.</summary>
    public string Received { get; init; } = "";

    /// <summary>When that check ended.</summary>
    public DateTimeOffset? CheckedAt { get; init; }
}
