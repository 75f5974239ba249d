namespace Hyperplane.Controller.Snapshots;

/// <summary>How many of one kind a snapshot has more than another, less, and different.</summary>
internal readonly record struct ChangeCounts(int Added, int Removed, int Changed);
