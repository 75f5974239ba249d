namespace Hyperplane.Controller.Snapshots;

/// <summary>What is remembered of a version, as read.</summary>
internal sealed record SnapshotLine(
    long Version,
    DateTimeOffset MadeAt,
    int TotalBytes,
    bool BeginsTurn,
    string Changes,
    long? PinnedVersion,
    bool IsKept,
    int RunningNodes);
