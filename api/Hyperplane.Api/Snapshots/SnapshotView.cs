using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Api.Snapshots;

/// <summary>A version of a cell's snapshot.</summary>
internal sealed record SnapshotView
{
    [Required, Example(42), Description("Its number.")]
    public required long Version { get; init; }

    [Required, Description("When it was made.")]
    public required DateTimeOffset MadeAt { get; init; }

    [Required, Description("Its size as nodes get it.")]
    public required int Bytes { get; init; }

    [Required, Description("Whether it only added to the one before: all nodes got it at once.")]
    public required bool Additive { get; init; }

    [Required, Description("How it differs from the one before.")]
    public required IReadOnlyList<SnapshotCountView> Changes { get; init; }

    [Required, Description("How many nodes said last that they run it.")]
    public required int RunningNodes { get; init; }

    [Required, Description("The nodes that refuse it.")]
    public required IReadOnlyList<SnapshotRefusalView> RefusedBy { get; init; }

    [Required, Description("Whether its content is kept: it can be compared and pinned.")]
    public required bool Kept { get; init; }

    [Required, Description("How far the newest came; null of an older one.")]
    public required RolloutState? State { get; init; }

    [Required, Description("What the newest waits for, or why it stopped; null when nothing is to be said.")]
    public required string? Reason { get; init; }

    [Required, Description("The version that it repeats; null when it is what tenants want.")]
    public required long? PinnedVersion { get; init; }

    /// <summary>The controller's version for the wire.</summary>
    public static SnapshotView From(SnapshotInfo one) => new()
    {
        Version = (long)one.Version,
        MadeAt = one.MadeAt,
        Bytes = one.Bytes,
        Additive = one.IsAdditive,
        Changes = [.. one.Changes.Select(SnapshotCountView.From)],
        RunningNodes = one.RunningNodes,
        RefusedBy = [.. one.RefusedBy.Select(by => new SnapshotRefusalView(by.Node, by.Reason))],
        Kept = one.IsKept,
        State = one.Phase is { } phase ? RolloutView.ToState(phase) : null,
        Reason = one.Reason,
        PinnedVersion = (long?)one.PinnedVersion,
    };
}
