namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>How many pairs of tenants share so many nodes.</summary>
public sealed record OverlapCount(int SharedNodes, long Pairs);
