using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Snapshots;

/// <summary>One difference between two snapshots.</summary>
internal sealed record SnapshotChange(string Part, string? Change = null, string? Name = null)
{
    /// <summary>The table of differences.</summary>
    public static readonly IReadOnlyList<Column<SnapshotChange>> Columns =
    [
        new("CHANGE", static one => one.Change),
        new("WHAT", static one => one.Part),
        new("NAME", static one => one.Name),
    ];
}
