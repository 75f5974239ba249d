using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Status;

/// <summary>What the majority thinks of a target.</summary>
internal sealed class TargetStateRow
{
    [Column("target_id")]
    public required string TargetId { get; init; }

    [Column("target_group_id")]
    public required string TargetGroupId { get; init; }

    /// <summary>0 initial, 1 healthy, 2 unhealthy.</summary>
    [Column("state")]
    public short State { get; init; }

    [Column("reason")]
    public string? Reason { get; init; }

    [Column("detail")]
    public string? Detail { get; init; }

    [Column("healthy_nodes")]
    public int HealthyNodes { get; init; }

    [Column("voting_nodes")]
    public int VotingNodes { get; init; }

    [Column("draining")]
    public bool Draining { get; init; }
}
