using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Events;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Events;

/// <summary>/v1/events</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/events", ListAsync)
            .Describe("Events", "listEvents", "List events",
                "Who changed what and when, in this order: a tenant's key sees its own, the operator's all. Kept for a "
                + "time that the operator sets.")
            .WithMetadata(new QueryParameter("resource", "Only the events of this id or name.", "string"))
            .Answers<ListView<EventView>>(200).Refuses(400).Opens(Access.AnyKey);

    private static async Task<IResult> ListAsync(
        HttpContext context, PageQuery page, IEvents events, CancellationToken cancel)
    {
        string? resource = context.Request.Query["resource"];
        return TypedResults.Ok(ListViews.From(
            await events.ListAsync(context.Features.Get<Principal>()!.TenantId, resource, page.Request, cancel),
            EventView.From));
    }
}
