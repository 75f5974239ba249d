using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>The snapshots of a cell: an operator's business. The content of the last 20 is kept.</summary>
public interface ISnapshots
{
    /// <summary>The versions that were made, newest first; at most 100.</summary>
    Task<Outcome<IReadOnlyList<SnapshotInfo>>> ListAsync(string cell, CancellationToken cancel);

    /// <summary>How the cell stands.</summary>
    Task<Outcome<CellSnapshots>> GetAsync(string cell, CancellationToken cancel);

    /// <summary>One version.</summary>
    Task<Outcome<SnapshotInfo>> GetAsync(string cell, ulong version, CancellationToken cancel);

    /// <summary>What differs between two versions; null: the first is what most nodes run, the second the
    /// newest.</summary>
    Task<Outcome<SnapshotDifference>> DiffAsync(string cell, ulong? from, ulong? to, CancellationToken cancel);

    /// <summary>Keeps a cell on what a version has of tenants, under a new number, until it is unpinned; null: the
    /// newest.</summary>
    Task<Outcome<CellSnapshots>> PinAsync(string cell, ulong? version, CancellationToken cancel);

    /// <summary>Follows the tenants again.</summary>
    Task<Outcome<CellSnapshots>> UnpinAsync(string cell, CancellationToken cancel);

    /// <summary>Pins the version before the one in force.</summary>
    Task<Outcome<CellSnapshots>> RollBackAsync(string cell, CancellationToken cancel);

    /// <summary>Confirms once that what the newest version lacks may go; VIPs kept over a restore go too.</summary>
    Task<Outcome<CellSnapshots>> AllowRemovalsAsync(string cell, CancellationToken cancel);
}
