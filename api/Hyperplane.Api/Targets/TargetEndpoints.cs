using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Targets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Targets;

/// <summary>/v1/target-groups/{targetGroup}/targets</summary>
internal static class TargetEndpoints
{
    private const string Tag = "Targets";
    private const string All = "/target-groups/{targetGroup}/targets";

    public static void MapTargets(this IEndpointRouteBuilder v1)
    {
        v1.MapPost(All, RegisterAsync)
            .Describe(Tag, "registerTargets", "Register targets",
                "All or none. One that is registered already gets the new weight and stops draining.")
            .Answers<ListView<TargetView>>(202).Refuses(400, 404, 409, 413, 415).Opens(Access.Tenant);
        v1.MapPost(All + ":deregister", DeregisterAsync)
            .Describe(Tag, "deregisterTargets", "Deregister targets",
                "They get no new flows at once and are gone after the group's delay. Answers those that now drain.")
            .Answers<ListView<TargetView>>(202).Refuses(400, 404, 413, 415).Opens(Access.Tenant);
        v1.MapGet(All, ListAsync)
            .Describe(
                Tag, "listTargets", "List targets", "All of the target group with their health, in order of creation.")
            .Answers<ListView<TargetView>>(200).Refuses(400, 404).Opens(Access.Tenant);
        v1.MapGet(All + "/{target}", GetAsync)
            .Describe(Tag, "getTarget", "Get a target", "With its health.")
            .Answers<TargetView>(200).Refuses(404).Opens(Access.Tenant);
    }

    private static async Task<IResult> RegisterAsync(
        Caller caller, string targetGroup, Body<RegisterTargets> body, ITargets targets, CancellationToken cancel) =>
        (await targets.RegisterAsync(caller.TenantId, targetGroup, body.Value.ToConfigs(), cancel))
            .Accepted(list => ListViews.From(list, TargetView.From));

    private static async Task<IResult> DeregisterAsync(
        Caller caller, string targetGroup, Body<DeregisterTargets> body, ITargets targets, CancellationToken cancel) =>
        (await targets.DeregisterAsync(caller.TenantId, targetGroup, body.Value.ToKeys(), cancel))
            .Accepted(list => ListViews.From(list, TargetView.From));

    private static async Task<IResult> ListAsync(
        Caller caller, string targetGroup, PageQuery page, ITargets targets, CancellationToken cancel) =>
        (await targets.ListAsync(caller.TenantId, targetGroup, page.Request, cancel))
            .Ok(p => ListViews.From(p, TargetView.From));

    private static async Task<IResult> GetAsync(
        Caller caller, string targetGroup, string target, ITargets targets, CancellationToken cancel) =>
        (await targets.GetAsync(caller.TenantId, targetGroup, target, cancel)).Ok(TargetView.From);
}
