namespace Hyperplane.Controller.LoadBalancers;

/// <summary>The nodes of a cell as far as placement depends on them.</summary>
/// <param name="Ids">All of them.</param>
/// <param name="Draining">Those that are asked to leave.</param>
internal sealed record CellNodes(IReadOnlyList<int> Ids, IReadOnlySet<int> Draining)
{
    /// <summary>Those of a cell that has none.</summary>
    public static CellNodes None { get; } = new([], new HashSet<int>());

    /// <summary>How many serve.</summary>
    public int Serving => Ids.Count - Draining.Count;
}
