using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Waiting;

/// <summary>One observed fact about a resource.</summary>
internal sealed record Condition(
    string? Type = null,
    bool Status = false,
    string? Zone = null,
    string? Node = null,
    string? Reason = null,
    string? Message = null)
{
    /// <summary>A node runs the snapshot that has the resource.</summary>
    public const string SnapshotApplied = "SnapshotApplied";

    /// <summary>A node refused the snapshot and keeps the one before.</summary>
    public const string SnapshotRefused = "SnapshotRefused";

    /// <summary>The table of conditions.</summary>
    public static readonly IReadOnlyList<Column<Condition>> Columns =
    [
        new("CONDITION", static one => one.Type),
        new("HOLDS", static one => one.Status ? "true" : "false", IsStatus: true),
        new("ZONE", static one => one.Zone),
        new("NODE", static one => one.Node),
        new("REASON", static one => one.Reason),
        new("MESSAGE", static one => one.Message),
    ];
}
