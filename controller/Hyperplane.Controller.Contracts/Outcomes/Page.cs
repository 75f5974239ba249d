namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>Part of a list.</summary>
/// <param name="Items">In the order asked for, else of creation.</param>
/// <param name="NextToken">Opaque; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextToken);
