using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Events;

/// <summary>
/// The outbox: a cell's desired state changed in the transaction that wrote this; a trigger notifies at commit.
/// </summary>
[Table("cell_changes")]
internal sealed class CellChangeRow
{
    public long Id { get; init; }

    public required string Cell { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The load balancer or target group that changed; null: anything may have.</summary>
    public string? Resource { get; init; }
}
