using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Status;

/// <summary>The targets of a group in one zone, and whether all of the group's are healthy without a doubt.</summary>
internal sealed class GroupTargetsRow
{
    [Column("target_group_id")]
    public required string TargetGroupId { get; init; }

    [Column("attributes")]
    public required string Attributes { get; init; }

    [Column("protocol")]
    public short Protocol { get; init; }

    /// <summary>Null: near in every zone.</summary>
    [Column("zone")]
    public string? Zone { get; init; }

    /// <summary>How many may take new flows when they are healthy.</summary>
    [Column("taking")]
    public int Taking { get; init; }

    /// <summary>Those that take none for their weight too.</summary>
    [Column("registered")]
    public int Registered { get; init; }

    [Column("draining")]
    public int Draining { get; init; }

    /// <summary>How many of the group's votes say healthy at the live node where the fewest do; null: no live node has
    /// voted.</summary>
    [Column("least_healthy")]
    public int? LeastHealthy { get; init; }

    /// <summary>The group's.</summary>
    public TransportProtocol Transport => (TransportProtocol)Protocol;
}
