namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>One difference between two snapshots of a cell.</summary>
/// <param name="Part">What it is.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Name">Which one, for a person: <c>TCP 80 at 198.18.0.1 of lb-…</c>.</param>
public sealed record SnapshotChange(SnapshotPart Part, SnapshotChangeKind Kind, string Name);
