using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Rollouts;

/// <summary>How far the snapshots of a cell have come.</summary>
[Table("cell_rollouts")]
internal sealed class RolloutRow
{
    public required string Cell { get; init; }

    /// <summary>The newest version that the cell got over: every node may have it.</summary>
    public long Proven { get; init; }

    /// <summary>A <see cref="Contracts.Snapshots.RolloutPhase"/>.</summary>
    public short Phase { get; init; }

    public string? Reason { get; init; }
}
