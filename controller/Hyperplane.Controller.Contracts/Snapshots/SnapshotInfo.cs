namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>A version of a cell's snapshot.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Version">Its number.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Bytes">Its size as nodes get it.</param>
/// <param name="IsAdditive">Whether all nodes got it at once.</param>
/// <param name="Changes">How it differs from the version before.</param>
/// <param name="RunningNodes">How many nodes said last that they run it.</param>
/// <param name="RefusedBy">The nodes that refuse it, with what they say.</param>
/// <param name="IsKept">Whether its content is still there: for a comparison or to pin it.</param>
/// <param name="IsWanted">Whether it is the newest.</param>
/// <param name="Phase">How far the newest has come; null of an older one.</param>
/// <param name="Reason">Why it waits or stopped there; null when nothing is to be said.</param>
/// <param name="PinnedVersion">The version that it repeats; null when it is what tenants want.</param>
public sealed record SnapshotInfo(
    string Cell,
    ulong Version,
    DateTimeOffset MadeAt,
    int Bytes,
    bool IsAdditive,
    IReadOnlyList<SnapshotChangeCount> Changes,
    int RunningNodes,
    IReadOnlyList<SnapshotRefusal> RefusedBy,
    bool IsKept,
    bool IsWanted,
    RolloutPhase? Phase,
    string? Reason,
    ulong? PinnedVersion);
