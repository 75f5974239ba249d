using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Trees;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Listeners;

/// <summary>/v1/load-balancers/{loadBalancer}/listeners</summary>
internal static class ListenerEndpoints
{
    private const string Tag = "Listeners";
    private const string All = "/load-balancers/{loadBalancer}/listeners";
    private const string One = All + "/{listener}";

    public static void MapListeners(this IEndpointRouteBuilder v1)
    {
        v1.MapPost(All, CreateAsync)
            .Describe(Tag, "createListener", "Create a listener",
                "Sends what arrives at a port of the load balancer to a target group. The same protocol, port and "
                + "settings answer 200 with the existing one.")
            .Answers<ListenerView>(202, 200).Refuses(400, 404, 409, 413, 415).Opens(Access.Tenant);
        v1.MapGet(All, ListAsync)
            .Describe(Tag, "listListeners", "List listeners", "All of the load balancer.")
            .WithMetadata(OrderQuery.PortParameter)
            .Answers<ListView<ListenerView>>(200).Refuses(400, 404).Opens(Access.Tenant);
        v1.MapGet(One, GetAsync)
            .Describe(Tag, "getListener", "Get a listener", "As it is wanted and as it is seen.")
            .Answers<ListenerView>(200).Refuses(404).Opens(Access.Tenant);
        v1.MapPatch(One, ChangeAsync)
            .Describe(Tag, "changeListener", "Change a listener",
                "Where its new flows go, by weight, who may begin them, its idle timeout, and where it listens. A flow "
                + "that is there goes on and keeps its target, but for those of a port or protocol that is left.")
            .Answers<ListenerView>(202).Refuses(400, 404, 409, 412, 413, 415).Opens(Access.Tenant);
        v1.MapPut(One, ReplaceAsync)
            .Describe(Tag, "replaceListener", "Replace a listener",
                "As a change; what is left out gets its default. Target groups must be there.")
            .Answers<ListenerView>(202).Refuses(400, 404, 409, 412, 413, 415).Opens(Access.Tenant);
        v1.MapDelete(One, DeleteAsync)
            .Describe(Tag, "deleteListener", "Delete a listener", "Its established flows are no longer served.")
            .Answers<ListenerView>(202).Refuses(400, 404, 412).Opens(Access.Tenant);
    }

    private static async Task<IResult> CreateAsync(
        Caller caller,
        string loadBalancer,
        Body<CreateListener> body,
        IListeners listeners,
        INewTrees trees,
        CancellationToken cancel) =>
        (body.Value.BringsGroups()
            ? await trees.CreateAsync(caller.TenantId, loadBalancer, body.Value.ToNew(), cancel)
            : await listeners.CreateAsync(caller.TenantId, loadBalancer, body.Value.ToConfig(), cancel))
            .AcceptedAt(ListenerView.From, l => $"/v1/load-balancers/{l.LoadBalancerId}/listeners/{l.Id}");

    private static async Task<IResult> ListAsync(
        Caller caller, string loadBalancer, PageQuery page, IListeners listeners, CancellationToken cancel) =>
        (await listeners.ListAsync(caller.TenantId, loadBalancer, page.Request, cancel))
            .Ok(p => ListViews.From(p, ListenerView.From));

    private static async Task<IResult> GetAsync(
        Caller caller, string loadBalancer, string listener, IListeners listeners, CancellationToken cancel) =>
        (await listeners.GetAsync(caller.TenantId, loadBalancer, listener, cancel)).Ok(ListenerView.From);

    private static async Task<IResult> ChangeAsync(
        Caller caller,
        string loadBalancer,
        string listener,
        Body<ChangeListener> body,
        IListeners listeners,
        CancellationToken cancel) =>
        (await listeners.ChangeAsync(caller.TenantId, loadBalancer, listener, body.Value.ToChange(), cancel))
            .Accepted(ListenerView.From);

    private static async Task<IResult> ReplaceAsync(
        Caller caller,
        string loadBalancer,
        string listener,
        Body<ReplaceListener> body,
        IListeners listeners,
        CancellationToken cancel) =>
        (await listeners.ReplaceAsync(caller.TenantId, loadBalancer, listener, body.Value.ToConfig(), cancel))
            .Accepted(ListenerView.From);

    private static async Task<IResult> DeleteAsync(
        Caller caller, string loadBalancer, string listener, IListeners listeners, CancellationToken cancel) =>
        (await listeners.DeleteAsync(caller.TenantId, loadBalancer, listener, cancel)).Accepted(ListenerView.From);
}
