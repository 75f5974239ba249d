namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>What differs between two versions of a cell's snapshot.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="From">The first version.</param>
/// <param name="To">The second.</param>
/// <param name="IsAdditive">Whether all nodes may go from the first to the second at once.</param>
/// <param name="Counts">How much differs.</param>
/// <param name="Changes">The first 1,000 differences.</param>
public sealed record SnapshotDifference(
    string Cell,
    ulong From,
    ulong To,
    bool IsAdditive,
    IReadOnlyList<SnapshotChangeCount> Counts,
    IReadOnlyList<SnapshotChange> Changes);
