using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Cells;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Cells;

/// <summary>/v1/zones and /v1/cells</summary>
internal static class CellEndpoints
{
    private const string Tag = "Cells";

    public static void MapCells(this IEndpointRouteBuilder v1)
    {
        v1.MapPut("/zones/{zone}", PutZoneAsync)
            .Describe(Tag, "putZone", "Declare a zone", "The same again answers 200; other pools are refused.")
            .Answers<ZonePoolsView>(201, 200).Refuses(400, 409, 413, 415).Opens(Access.Operator);
        v1.MapGet("/zones", ListZonesAsync)
            .Describe(Tag, "listZones", "List zones", "With their address pools; any key may ask.")
            .Answers<ListView<ZonePoolsView>>(200).Refuses().Opens(Access.AnyKey);
        v1.MapPut("/cells/{cell}", PutCellAsync)
            .Describe(Tag, "putCell", "Declare a cell",
                "Again it answers 200 and changes where tunnels begin; another zone is refused.")
            .Answers<CellView>(201, 200).Refuses(400, 409, 413, 415, 503).Opens(Access.Operator);
        v1.MapGet("/cells", ListCellsAsync)
            .Describe(Tag, "listCells", "List cells", "All of them.")
            .Answers<ListView<CellView>>(200).Refuses().Opens(Access.Operator);
    }

    private static async Task<IResult> PutZoneAsync(
        string zone, Body<PutZone> body, ICells cells, CancellationToken cancel) =>
        (await cells.PutZoneAsync(body.Value.ToZone(zone), cancel)).CreatedAt(ZonePoolsView.From, _ => "/v1/zones");

    private static async Task<IResult> ListZonesAsync(ICells cells, CancellationToken cancel) =>
        TypedResults.Ok(ListViews.From(await cells.ListZonesAsync(cancel), ZonePoolsView.From));

    private static async Task<IResult> PutCellAsync(
        string cell, Body<PutCell> body, ICells cells, CancellationToken cancel) =>
        (await cells.PutCellAsync(body.Value.ToCell(cell), cancel)).CreatedAt(CellView.From, _ => "/v1/cells");

    private static async Task<IResult> ListCellsAsync(ICells cells, CancellationToken cancel) =>
        TypedResults.Ok(ListViews.From(await cells.ListCellsAsync(cancel), CellView.From));
}
