using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Cells;

/// <summary>The last version of a removed cell: one that comes again by its name counts on, so that a node which it had
/// takes no older snapshot for a newer one.</summary>
[Table("removed_cells")]
internal sealed class RemovedCellRow
{
    public required string Name { get; init; }

    public long Version { get; set; }
}
