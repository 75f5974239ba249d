using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Api.Snapshots;

/// <summary>How many of one kind of thing differ.</summary>
internal sealed record SnapshotCountView(
    [property: Required, Description("What.")] SnapshotPartName Part,
    [property: Required, Description("Only the second has them.")] int Added,
    [property: Required, Description("Only the first has them.")] int Removed,
    [property: Required, Description("Both have them, not alike.")] int Changed)
{
    /// <summary>The controller's count for the wire.</summary>
    public static SnapshotCountView From(SnapshotChangeCount count) =>
        new(ToName(count.Part), count.Added, count.Removed, count.Changed);

    /// <summary>A part as it is called on the wire.</summary>
    public static SnapshotPartName ToName(SnapshotPart part) => part switch
    {
        SnapshotPart.Node => SnapshotPartName.Node,
        SnapshotPart.Prefixes => SnapshotPartName.Prefixes,
        SnapshotPart.Vip => SnapshotPartName.Vip,
        SnapshotPart.Listener => SnapshotPartName.Listener,
        SnapshotPart.TargetGroup => SnapshotPartName.TargetGroup,
        _ => SnapshotPartName.Target,
    };
}
