namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>How the snapshots of a cell stand.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="WantedVersion">The newest version.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Reason">Why it waits or stopped; null when nothing is to be said.</param>
/// <param name="PinnedVersion">The version that the cell stays on; null when it follows its tenants.</param>
/// <param name="RestoredAt">When the store was found older than its nodes: VIPs that it does not know are kept until an
/// operator allows their removal; null when it is not.</param>
/// <param name="KeptVips">The addresses that are kept so.</param>
public sealed record CellSnapshots(
    string Cell,
    ulong WantedVersion,
    RolloutPhase Phase,
    string? Reason,
    ulong? PinnedVersion,
    DateTimeOffset? RestoredAt,
    IReadOnlyList<string> KeptVips);
