namespace Hyperplane.Controller.Rollouts;

/// <summary>What a cell's next step is decided from; all of it is in the database.</summary>
/// <param name="Version">The newest.</param>
/// <param name="Turn">The newest that was no mere addition: whoever runs it or a later one is done.</param>
/// <param name="Proven">The newest that the cell got over: every node may have it.</param>
/// <param name="Nodes">The cell's nodes.</param>
internal sealed record RolloutFacts(ulong Version, ulong Turn, ulong Proven, IReadOnlyList<RolloutNode> Nodes)
{
    /// <summary>An earlier zone whose cells do not run the same yet; null when there is none.</summary>
    public string? EarlierZone { get; init; }
}
