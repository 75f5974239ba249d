using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A target group of VIPs that are kept.</summary>
[Table("kept_groups")]
internal sealed class KeptGroupRow
{
    public required string Cell { get; init; }

    public long Number { get; init; }

    /// <summary>The version that a node ran it in.</summary>
    public long Version { get; init; }

    /// <summary>The message of the snapshot.</summary>
    public required byte[] TargetGroup { get; init; }
}
