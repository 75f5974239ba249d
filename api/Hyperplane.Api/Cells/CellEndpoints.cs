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
            .Describe(Tag, "putZone", "Declare a zone",
                "The same again answers 200; other pools, or room for another number of cells, are refused.")
            .Answers<ZonePoolsView>(201, 200).Refuses(400, 409, 413, 415).Opens(Access.Operator);
        v1.MapGet("/zones", ListZonesAsync)
            .Describe(Tag, "listZones", "List zones", "With their address pools; any key may ask.")
            .Answers<ListView<ZonePoolsView>>(200).Refuses().Opens(Access.AnyKey);
        v1.MapPut("/cells/{cell}", PutCellAsync)
            .Describe(Tag, "putCell", "Declare a cell",
                "Again it answers 200 and changes where tunnels begin and how many nodes serve a shard; another zone "
                + "is refused.")
            .Answers<CellView>(201, 200).Refuses(400, 409, 413, 415, 503).Opens(Access.Operator);
        v1.MapGet("/cells", ListCellsAsync)
            .Describe(Tag, "listCells", "List cells", "All of them.")
            .Answers<ListView<CellView>>(200).Refuses().Opens(Access.Operator);
        v1.MapGet("/cells/{cell}", GetCellAsync)
            .Describe(Tag, "getCell", "Get a cell", "As it is wanted.")
            .Answers<CellView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapDelete("/cells/{cell}", DeleteCellAsync)
            .Describe(
                Tag, "deleteCell", "Remove a cell",
                "Refused with `resource_in_use` while it has nodes, load balancers, or addresses that rest. Its part "
                + "of the pools is for the next cell of the zone.")
            .Answers(204).Refuses(404, 409).Opens(Access.Operator);
        v1.MapPost("/cells/{cell}:drain", DrainCellAsync)
            .Describe(
                Tag, "drainCell", "Drain a cell",
                "Nothing new is placed in it, but elastic IPs that its nodes may still announce; what is there stays.")
            .Answers<CellView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapPost("/cells/{cell}:undrain", UndrainCellAsync)
            .Describe(Tag, "undrainCell", "Take a cell back", "Load balancers are placed in it again.")
            .Answers<CellView>(200).Refuses(404).Opens(Access.Operator);
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

    private static async Task<IResult> GetCellAsync(string cell, ICells cells, CancellationToken cancel) =>
        (await cells.ListCellsAsync(cancel)).FirstOrDefault(one => one.Name == cell) is { } found
            ? TypedResults.Ok(CellView.From(found))
            : new ProblemResult(Problem.Of(404, ProblemCodes.NotFound, $"There is no cell {cell}."));

    private static async Task<IResult> DeleteCellAsync(string cell, ICells cells, CancellationToken cancel) =>
        (await cells.DeleteCellAsync(cell, cancel)).Gone();

    private static async Task<IResult> DrainCellAsync(string cell, ICells cells, CancellationToken cancel) =>
        (await cells.SetCellDrainingAsync(cell, draining: true, cancel)).Ok(CellView.From);

    private static async Task<IResult> UndrainCellAsync(string cell, ICells cells, CancellationToken cancel) =>
        (await cells.SetCellDrainingAsync(cell, draining: false, cancel)).Ok(CellView.From);
}
