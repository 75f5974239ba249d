using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Snapshots;

/// <summary>A node that does not take a snapshot.</summary>
internal sealed record NodeRefusal(string Node, string? Reason = null)
{
    /// <summary>The table of refusals.</summary>
    public static readonly IReadOnlyList<Column<NodeRefusal>> Columns =
    [
        new("NODE", static one => one.Node),
        new("REASON", static one => one.Reason),
    ];
}
