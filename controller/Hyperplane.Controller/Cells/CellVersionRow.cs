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
}
