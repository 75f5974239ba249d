using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Api.Snapshots;

/// <summary>What differs between two versions of a cell's snapshot.</summary>
internal sealed record SnapshotDiffView(
    [property: Required, Description("The first version.")] long From,
    [property: Required, Description("The second.")] long To,
    [property: Required, Description("Whether the second only adds.")] bool Additive,
    [property: Required, Description("How much differs.")] IReadOnlyList<SnapshotCountView> Counts,
    [property: Required, Description("The first 1,000 differences.")] IReadOnlyList<SnapshotChangeView> Changes)
{
    /// <summary>The controller's comparison for the wire.</summary>
    public static SnapshotDiffView Of(SnapshotDifference diff) => new(
        (long)diff.From,
        (long)diff.To,
        diff.IsAdditive,
        [.. diff.Counts.Select(SnapshotCountView.From)],
        [.. diff.Changes.Select(SnapshotChangeView.From)]);
}
