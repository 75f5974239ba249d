using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Trees;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>/v1/load-balancers</summary>
internal static class LoadBalancerEndpoints
{
    private const string Tag = "Load balancers";

    public static void MapLoadBalancers(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/load-balancers", CreateAsync)
            .Describe(Tag, "createLoadBalancer", "Create a load balancer",
                "Gives one static address in each zone; `listeners` come with it, all or nothing. The same name with "
                    + "the same settings answers 200 with the existing one.")
            .Answers<LoadBalancerView>(202, 200).Refuses(400, 409, 413, 415, 503).Opens(Access.Tenant);
        v1.MapGet("/load-balancers", ListAsync)
            .Describe(Tag, "listLoadBalancers", "List load balancers",
                "All of the tenant, or those of a name or of tags.")
            .WithMetadata(PageQuery.NameParameter, OrderQuery.Parameter, TagQuery.Parameter)
            .Answers<ListView<LoadBalancerView>>(200).Refuses(400).Opens(Access.Tenant);
        v1.MapGet("/load-balancers/{loadBalancer}", GetAsync)
            .Describe(Tag, "getLoadBalancer", "Get a load balancer",
                "With `wait` the answer is held until the status changes.")
            .Answers<LoadBalancerView>(200).Refuses(400, 404).Opens(Access.Tenant);
        v1.MapGet("/load-balancers/{loadBalancer}/watch", WatchAsync)
            .Describe(Tag, "watchLoadBalancer", "Watch a load balancer",
                "Server-sent events: `state` at once and whenever generation or status changes, with the whole load "
                    + "balancer as data, and `deleted` at its end with what was known last. Comments keep it open. "
                    + "After a break it begins with the state then; `Last-Event-ID` is not needed.")
            .Streams(EventWriter.ContentType).Refuses(404).Opens(Access.Tenant);
        v1.MapGet("/load-balancers:watch", WatchAllAsync)
            .Describe(Tag, "watchLoadBalancers", "Watch all load balancers",
                "Server-sent events, as of one: `state` of each at once, `synced` when all were told, then `state` of "
                    + "each that changes or is new and `deleted` of each that is gone. `cut` with a `reason` before an "
                    + "early end: `slow_reader`, or `too_many` for more than 1,000.")
            .Streams(EventWriter.ContentType).Refuses().Opens(Access.Tenant);
        v1.MapPatch("/load-balancers/{loadBalancer}", ChangeAsync)
            .Describe(Tag, "changeLoadBalancer", "Change a load balancer",
                "A merge patch: zones, address type, attributes and tags. Zones that stay keep their addresses.")
            .Answers<LoadBalancerView>(202).Refuses(400, 404, 409, 412, 413, 415, 503).Opens(Access.Tenant);
        v1.MapPut("/load-balancers/{loadBalancer}", ReplaceAsync)
            .Describe(Tag, "replaceLoadBalancer", "Replace a load balancer",
                "All becomes what is said; what is left out gets its default. Zones that stay keep their addresses. "
                    + "Name and scheme cannot change and must be as they are (`immutable`).")
            .Answers<LoadBalancerView>(202).Refuses(400, 404, 409, 412, 413, 415, 503).Opens(Access.Tenant);
        v1.MapPost("/load-balancers/{loadBalancer}:shift", ShiftAsync)
            .Describe(Tag, "shiftZone", "Shift away from a zone",
                "Until a time, one zone at a time; the same zone again says anew until when. An address that is "
                    + "announced alone is withdrawn from routers; one that shares a prefix with others is marked and "
                    + "still served. Needs the attribute `zonal_shift.config.enabled`.")
            .Answers<LoadBalancerView>(202).Refuses(400, 404, 409, 412, 413, 415).Opens(Access.Tenant);
        v1.MapPost("/load-balancers/{loadBalancer}:cancel-shift", CancelShiftAsync)
            .Describe(Tag, "cancelShift", "End a zonal shift", "Changes nothing when there is none.")
            .Answers<LoadBalancerView>(202).Refuses(400, 404, 412).Opens(Access.Tenant);
        v1.MapDelete("/load-balancers/{loadBalancer}", DeleteAsync)
            .Describe(Tag, "deleteLoadBalancer", "Delete a load balancer",
                "With its listeners. Traffic stops as soon as its nodes know; its addresses stay unused for a while.")
            .Answers<LoadBalancerView>(202).Refuses(400, 404, 409, 412).Opens(Access.Tenant);
    }

    private static async Task<IResult> CreateAsync(
        Caller caller, Body<CreateLoadBalancer> body, ILoadBalancers loadBalancers, INewTrees trees,
        CancellationToken cancel) =>
        (body.Value.Listeners is null
            ? await loadBalancers.CreateAsync(caller.TenantId, body.Value.ToConfig(), cancel)
            : await trees.CreateAsync(
                caller.TenantId, body.Value.ToConfig(), body.Value.ToListeners(), cancel))
            .AcceptedAt(LoadBalancerView.From, lb => $"/v1/load-balancers/{lb.Id}");

    private static async Task<IResult> ListAsync(
        Caller caller, PageQuery page, ILoadBalancers loadBalancers, CancellationToken cancel) =>
        TypedResults.Ok(ListViews.From(
            await loadBalancers.ListAsync(caller.TenantId, page.Request, cancel), LoadBalancerView.From));

    private static async Task<IResult> GetAsync(
        Caller caller, string loadBalancer, WaitQuery wait, StatusWatch watch, CancellationToken cancel) =>
        (await watch.GetAsync(caller.TenantId, loadBalancer, wait, cancel)).Ok(LoadBalancerView.From);

    private static Task<IResult> WatchAsync(
        Caller caller, string loadBalancer, HttpContext http, WatchStream stream) =>
        stream.SendAsync(http, caller.TenantId, loadBalancer);

    private static Task<IResult> WatchAllAsync(Caller caller, HttpContext http, TenantWatchStream stream) =>
        stream.SendAsync(http, caller.TenantId);

    private static async Task<IResult> ChangeAsync(
        Caller caller, string loadBalancer, Body<ChangeLoadBalancer> body, ILoadBalancers loadBalancers,
        CancellationToken cancel) =>
        (await loadBalancers.ChangeAsync(caller.TenantId, loadBalancer, body.Value.ToChange(), cancel))
            .Accepted(LoadBalancerView.From);

    private static async Task<IResult> ReplaceAsync(
        Caller caller, string loadBalancer, Body<ReplaceLoadBalancer> body, ILoadBalancers loadBalancers,
        CancellationToken cancel) =>
        (await loadBalancers.ReplaceAsync(caller.TenantId, loadBalancer, body.Value.ToConfig(), cancel))
            .Accepted(LoadBalancerView.From);

    private static async Task<IResult> ShiftAsync(
        Caller caller, string loadBalancer, Body<ShiftZone> body, IZonalShifts shifts, CancellationToken cancel) =>
        (await shifts.ShiftAsync(caller.TenantId, loadBalancer, body.Value.ToConfig(), cancel))
            .Accepted(LoadBalancerView.From);

    private static async Task<IResult> CancelShiftAsync(
        Caller caller, string loadBalancer, IZonalShifts shifts, CancellationToken cancel) =>
        (await shifts.CancelAsync(caller.TenantId, loadBalancer, cancel)).Accepted(LoadBalancerView.From);

    private static async Task<IResult> DeleteAsync(
        Caller caller, string loadBalancer, CascadeQuery query, ILoadBalancers loadBalancers,
        CancellationToken cancel) =>
        (query.Cascade
            ? await loadBalancers.DeleteTreeAsync(caller.TenantId, loadBalancer, cancel)
            : await loadBalancers.DeleteAsync(caller.TenantId, loadBalancer, cancel)).Accepted(LoadBalancerView.From);
}
