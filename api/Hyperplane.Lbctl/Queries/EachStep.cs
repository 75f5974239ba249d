namespace Hyperplane.Lbctl.Queries;

/// <summary>Each item of a list.</summary>
internal sealed record EachStep : QueryStep;
