using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Status;

/// <summary>How many targets of a group in one zone may take new flows when they are healthy.</summary>
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

    [Column("targets")]
    public int Targets { get; init; }

    /// <summary>The group's.</summary>
    public TransportProtocol Transport => (TransportProtocol)Protocol;
}
