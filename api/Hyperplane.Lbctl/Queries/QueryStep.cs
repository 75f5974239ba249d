namespace Hyperplane.Lbctl.Queries;

/// <summary>One step of a query from what the steps before it selected.</summary>
internal abstract record QueryStep;
