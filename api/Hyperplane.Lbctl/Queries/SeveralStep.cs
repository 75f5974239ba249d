namespace Hyperplane.Lbctl.Queries;

/// <summary>Several selections of one thing, as a list.</summary>
internal sealed record SeveralStep(IReadOnlyList<JsonQuery> Queries) : QueryStep;
