namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>How many of one kind of thing differ.</summary>
public sealed record SnapshotChangeCount(SnapshotPart Part, int Added, int Removed, int Changed);
