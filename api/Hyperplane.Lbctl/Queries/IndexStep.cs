namespace Hyperplane.Lbctl.Queries;

/// <summary>An item of a list; from its end when negative.</summary>
internal sealed record IndexStep(int Index) : QueryStep;
