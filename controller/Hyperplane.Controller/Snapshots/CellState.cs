namespace Hyperplane.Controller.Snapshots;

/// <summary>How the snapshots of a cell stand, as read.</summary>
internal sealed record CellState(
    string Cell, long Version, long? PinnedVersion, DateTimeOffset? RestoredAt, short Phase, string? Reason);
