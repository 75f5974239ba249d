using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.CellControl;

/// <summary>What is new in a node's opinion of targets.</summary>
/// <param name="Changed">New or other votes, by target.</param>
/// <param name="Gone">Targets that it no longer judges.</param>
internal sealed record VoteChanges(IReadOnlyList<TargetHealth> Changed, IReadOnlyList<uint> Gone)
{
    /// <summary>Nothing is said.</summary>
    public static VoteChanges None { get; } = new([], []);

    /// <summary>Nothing is new.</summary>
    public bool IsEmpty => Changed.Count == 0 && Gone.Count == 0;
}
