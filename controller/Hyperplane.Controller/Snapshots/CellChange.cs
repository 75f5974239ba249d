namespace Hyperplane.Controller.Snapshots;

/// <summary>A row of the outbox.</summary>
/// <param name="Id">Its number; transactions do not commit in the order of these.</param>
/// <param name="Resource">What changed; null: anything may have.</param>
internal readonly record struct CellChange(long Id, string? Resource);
