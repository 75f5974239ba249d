using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>A unit of blast radius inside a zone.</summary>
internal sealed record CellView(
    [property: Required, Example("a1"), Description("Its name.")] string Name,
    [property: Required, Example("a"), Description("The zone that it is in.")] string Zone)
{
    /// <summary>The controller's cell for the wire.</summary>
    public static CellView From(Cell cell) => new(cell.Name, cell.Zone);
}
