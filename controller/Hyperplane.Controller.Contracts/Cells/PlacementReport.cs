namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>What is placed where.</summary>
/// <param name="Cells">All cells, by zone and name.</param>
/// <param name="Overlap">How many nodes tenants share.</param>
public sealed record PlacementReport(IReadOnlyList<CellPlacement> Cells, TenantOverlap Overlap);
