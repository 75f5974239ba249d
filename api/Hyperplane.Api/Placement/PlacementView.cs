using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Placement;

/// <summary>What is placed where.</summary>
internal sealed record PlacementView(
    [property: Required, Description("All cells, by zone and name.")] IReadOnlyList<CellPlacementView> Cells,
    [property: Required, Description("How many nodes tenants share.")] TenantOverlapView Overlap)
{
    /// <summary>The controller's report for the wire.</summary>
    public static PlacementView From(PlacementReport report) =>
        new([.. report.Cells.Select(CellPlacementView.From)], TenantOverlapView.From(report.Overlap));
}
