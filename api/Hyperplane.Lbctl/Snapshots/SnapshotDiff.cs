using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Snapshots;

/// <summary>What differs between two versions of a cell's snapshot.</summary>
internal sealed record SnapshotDiff(
    ulong From,
    ulong To,
    bool Additive = false,
    IReadOnlyList<ChangeCount>? Counts = null,
    IReadOnlyList<SnapshotChange>? Changes = null)
{
    /// <summary>Everything about it.</summary>
    public static void Describe(SnapshotDiff one, Details details) => details
        .Add("From", one.From.ToString(CultureInfo.InvariantCulture))
        .Add("To", one.To.ToString(CultureInfo.InvariantCulture))
        .Add("Differs in", ChangeCount.Text(one.Counts))
        .Add("Goes to", one.Additive ? "all nodes at once" : "one node after another")
        .Add("Differences", SnapshotChange.Columns, one.Changes ?? []);
}
