using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Status;

/// <summary>How many targets of a group, that else may take new flows, failed a live node's checks.</summary>
internal sealed class FailedTargetsRow
{
    [Column("target_group_id")]
    public required string TargetGroupId { get; init; }

    [Column("node_id")]
    public int NodeId { get; init; }

    /// <summary>In all zones.</summary>
    [Column("failed")]
    public int Failed { get; init; }

    /// <summary>In the node's zone or in none.</summary>
    [Column("near_failed")]
    public int NearFailed { get; init; }
}
