namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>A node that does not take a snapshot, and why.</summary>
public sealed record SnapshotRefusal(string Node, string Reason);
