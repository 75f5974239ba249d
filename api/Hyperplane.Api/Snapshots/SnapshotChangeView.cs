using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Api.Snapshots;

/// <summary>One difference between two snapshots.</summary>
internal sealed record SnapshotChangeView(
    [property: Required, Description("What.")] SnapshotPartName Part,
    [property: Required, Description("How.")] SnapshotChangeName Change,
    [property: Required, Example("198.18.0.1 of lb-0123456789abcdef"), Description("Which.")] string Name)
{
    /// <summary>The controller's difference for the wire.</summary>
    public static SnapshotChangeView From(SnapshotChange change) => new(
        SnapshotCountView.ToName(change.Part),
        change.Kind switch
        {
            SnapshotChangeKind.Added => SnapshotChangeName.Added,
            SnapshotChangeKind.Removed => SnapshotChangeName.Removed,
            _ => SnapshotChangeName.Changed,
        },
        change.Name);
}
