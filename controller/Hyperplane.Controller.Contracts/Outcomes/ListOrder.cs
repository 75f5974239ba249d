namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>The order of a list; the usual one is that of creation.</summary>
/// <param name="ByName">By the names' code points first, of listeners by their ports, and which way;
/// <see cref="SortDirection.None"/>: not.</param>
/// <param name="NewestFirst">Of equal names, or of all without <paramref name="ByName"/>, the newest first.</param>
public readonly record struct ListOrder(SortDirection ByName, bool NewestFirst);
