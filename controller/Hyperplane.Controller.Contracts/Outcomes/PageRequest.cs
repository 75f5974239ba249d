namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Size">1 to 1,000.</param>
/// <param name="Token">From the page before; null for the first.</param>
/// <param name="Name">Only the resource of this name; null for all.</param>
public sealed record PageRequest(int Size, string? Token, string? Name)
{
    /// <summary>In which order; only lists of load balancers, listeners and target groups know another than the
    /// usual.</summary>
    public ListOrder Order { get; init; }

    /// <summary>
    /// Only resources that have all of these tags; only lists of load balancers and target groups ask for it.
    /// </summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>What all pages of one query share and no other query has; goes into the tokens.</summary>
    public string Mark { get; init; } = "";
}
