namespace Hyperplane.Controller.Status;

/// <summary>How a cell is run at the moment.</summary>
/// <param name="Cell">Its name.</param>
/// <param name="ShardSize">How many nodes serve a shard.</param>
/// <param name="PinnedVersion">The version that an operator keeps it on; null when it follows its tenants.</param>
/// <param name="IsHalted">Whether the roll-out of its newest version stopped.</param>
internal sealed record CellMode(string Cell, int ShardSize, long? PinnedVersion, bool IsHalted);
