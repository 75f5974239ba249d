using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Cells;

/// <summary>The version counter of a cell's snapshots.</summary>
[Table("cell_versions")]
internal sealed class CellVersionRow
{
    public required string Cell { get; init; }

    /// <summary>The newest version given out; 0 when none was.</summary>
    public long Version { get; set; }

    /// <summary>SHA-256 of the content of that version, its own number left out.</summary>
    public byte[]? ContentHash { get; set; }

    /// <summary>The newest version that was no mere addition to the one before.</summary>
    public long Turn { get; set; }

    /// <summary>The version that the cell stays on; null when it follows its tenants.</summary>
    public long? PinnedVersion { get; set; }

    /// <summary>Nodes that run an older one may lose any VIP.</summary>
    public long RemovalsVersion { get; set; }

    /// <summary>When the store was found older than the cell's nodes; null when it was not.</summary>
    public DateTimeOffset? RestoredAt { get; set; }
}
