namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Size">1 to 1,000.</param>
/// <param name="Token">From the page before; null for the first.</param>
/// <param name="Name">Only the resource of this name; null for all.</param>
public sealed record PageRequest(int Size, string? Token, string? Name);
