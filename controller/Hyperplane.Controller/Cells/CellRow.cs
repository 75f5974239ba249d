using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Cells;

/// <summary>A cell; its ordinal says which part of the zone's pools is its own.</summary>
[Table("cells")]
internal sealed class CellRow
{
    public required string Name { get; init; }

    public required string Zone { get; init; }

    /// <summary>0 to 3, in order of coming.</summary>
    public int Ordinal { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
