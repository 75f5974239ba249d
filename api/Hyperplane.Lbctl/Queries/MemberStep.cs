namespace Hyperplane.Lbctl.Queries;

/// <summary>A member of an object.</summary>
internal sealed record MemberStep(string Name) : QueryStep;
