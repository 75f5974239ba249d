namespace Hyperplane.Controller.Status;

/// <summary>What the facts of one zone amount to.</summary>
/// <param name="Observed">The newest generation that a node of the shard runs.</param>
/// <param name="Announced">Whether a node that runs the wanted one announces the prefix.</param>
/// <param name="Converged">Whether all nodes that are asked run the wanted one.</param>
/// <param name="Failed">Whether all of them refused it.</param>
internal readonly record struct ZoneVerdict(long Observed, bool Announced, bool Converged, bool Failed);
