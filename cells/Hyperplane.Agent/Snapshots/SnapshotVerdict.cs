using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>What the validator made of a body: a snapshot to run, or why it is refused whole.</summary>
/// <param name="Snapshot">Null when refused.</param>
/// <param name="Refusal">Null when accepted; otherwise up to eight reasons, "; " between them.</param>
public sealed record SnapshotVerdict(Snapshot? Snapshot, string? Refusal)
{
    /// <summary>VIPs that run and that a store which fell behind its nodes does not know.</summary>
    public IReadOnlyList<Vip> Lost { get; init; } = [];
}
