namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>How something differs between two snapshots.</summary>
public enum SnapshotChangeKind
{
    /// <summary>Only the second has it.</summary>
    Added,

    /// <summary>Only the first has it.</summary>
    Removed,

    /// <summary>Both have it, not alike.</summary>
    Changed,
}
