using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.Status;

/// <summary>What one node thinks of one target.</summary>
[Table("target_votes")]
internal sealed class TargetVoteRow : ITenantOwned
{
    /// <summary>The target's number.</summary>
    public long TargetNumber { get; init; }

    public int NodeId { get; init; }

    public required string TenantId { get; init; }

    /// <summary>The target's.</summary>
    public required string TargetGroupId { get; init; }

    public required string Cell { get; init; }

    /// <summary>As in cell_control.proto: 0 initial, 1 healthy, 2 unhealthy, 5 unhealthy and
    /// draining.</summary>
    public short State { get; init; }

    public string? Reason { get; init; }

    public string? Detail { get; init; }

    /// <summary>What the node's own checks say: 0 nothing yet, 1 healthy, 2 unhealthy; null: as
    /// <see cref="State"/>.</summary>
    public short? Vote { get; init; }

    public string? Sent { get; init; }

    public string? Received { get; init; }

    public DateTimeOffset? CheckedAt { get; init; }
}
