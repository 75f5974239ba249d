using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Placement;

/// <summary>/v1/placement</summary>
internal static class PlacementEndpoints
{
    public static void MapPlacement(this IEndpointRouteBuilder v1) => v1.MapGet("/placement", GetAsync)
        .Describe(
            "Cells", "getPlacement", "Get what is placed where",
            "What each cell, node and shard carries, and how many nodes tenants share.")
        .Answers<PlacementView>(200).Refuses().Opens(Access.Operator);

    private static async Task<IResult> GetAsync(IPlacement placement, CancellationToken cancel) =>
        TypedResults.Ok(PlacementView.From(await placement.GetAsync(cancel)));
}
