using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Api.Snapshots;

/// <summary>How the snapshots of a cell stand.</summary>
internal sealed record RolloutView
{
    [Required, Example("a1"), Description("The cell.")]
    public required string Cell { get; init; }

    [Required, Description("The newest version; 0 when none was made.")]
    public required long WantedVersion { get; init; }

    [Required, Description("`rolling`: it goes from node to node. `halted`: a node refused it or fell ill with it.")]
    public required RolloutState State { get; init; }

    [Required, Description("What it waits for, or why it stopped; null when nothing is to be said.")]
    public required string? Reason { get; init; }

    [Required, Description("The version that the cell stays on; null when it follows its tenants.")]
    public required long? PinnedVersion { get; init; }

    [Required, Description("When the store was found older than its nodes: what they serve is kept until removals are "
        + "allowed; null when it was not.")]
    public required DateTimeOffset? RestoredAt { get; init; }

    [Required, Description("The addresses that are kept so; at most 100.")]
    public required IReadOnlyList<string> KeptVips { get; init; }

    /// <summary>The controller's state for the wire.</summary>
    public static RolloutView From(CellSnapshots cell) => new()
    {
        Cell = cell.Cell,
        WantedVersion = (long)cell.WantedVersion,
        State = ToState(cell.Phase),
        Reason = cell.Reason,
        PinnedVersion = (long?)cell.PinnedVersion,
        RestoredAt = cell.RestoredAt,
        KeptVips = cell.KeptVips,
    };

    /// <summary>A phase as it is called on the wire.</summary>
    public static RolloutState ToState(RolloutPhase phase) => phase switch
    {
        RolloutPhase.Done => RolloutState.Done,
        RolloutPhase.Rolling => RolloutState.Rolling,
        _ => RolloutState.Halted,
    };
}
