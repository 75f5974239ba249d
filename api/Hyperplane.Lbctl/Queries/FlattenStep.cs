namespace Hyperplane.Lbctl.Queries;

/// <summary>Each item of a list, and of lists in it.</summary>
internal sealed record FlattenStep : QueryStep;
