using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Trees;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.TargetGroups;

/// <summary>/v1/target-groups</summary>
internal static class TargetGroupEndpoints
{
    private const string Tag = "Target groups";

    public static void MapTargetGroups(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/target-groups", CreateAsync)
            .Describe(Tag, "createTargetGroup", "Create a target group",
                "The same name with the same settings answers 200 with the existing one.")
            .Answers<TargetGroupView>(202, 200).Refuses(400, 409, 413, 415).Opens(Access.Tenant);
        v1.MapGet("/target-groups", ListAsync)
            .Describe(Tag, "listTargetGroups", "List target groups",
                "All of the tenant, or those of a name or of tags.")
            .WithMetadata(PageQuery.NameParameter, OrderQuery.Parameter, TagQuery.Parameter)
            .Answers<ListView<TargetGroupView>>(200).Refuses(400).Opens(Access.Tenant);
        v1.MapGet("/target-groups/{targetGroup}", GetAsync)
            .Describe(Tag, "getTargetGroup", "Get a target group", "As it is wanted and as it is seen.")
            .Answers<TargetGroupView>(200).Refuses(404).Opens(Access.Tenant);
        v1.MapPatch("/target-groups/{targetGroup}", ChangeAsync)
            .Describe(Tag, "changeTargetGroup", "Change a target group",
                "A merge patch: attributes, health check, tags, deregistration delay. New flows follow; a flow that is "
                + "there keeps its target and the way to it.")
            .Answers<TargetGroupView>(202).Refuses(400, 404, 412, 413, 415).Opens(Access.Tenant);
        v1.MapPut("/target-groups/{targetGroup}", ReplaceAsync)
            .Describe(Tag, "replaceTargetGroup", "Replace a target group",
                "Attributes, health check, tags and deregistration delay become what is said; what is left out gets "
                + "its default. Name, protocol, port and address type cannot change and must be as they are "
                + "(`immutable`). Its targets stay.")
            .Answers<TargetGroupView>(202).Refuses(400, 404, 412, 413, 415).Opens(Access.Tenant);
        v1.MapDelete("/target-groups/{targetGroup}", DeleteAsync)
            .Describe(Tag, "deleteTargetGroup", "Delete a target group",
                "With its targets. Refused with `resource_in_use` while a listener sends flows to it.")
            .Answers<TargetGroupView>(202).Refuses(400, 404, 409, 412).Opens(Access.Tenant);
    }

    private static async Task<IResult> CreateAsync(
        Caller caller, Body<CreateTargetGroup> body, ITargetGroups groups, INewTrees trees,
        CancellationToken cancel) =>
        (body.Value.Targets is null
            ? await groups.CreateAsync(caller.TenantId, body.Value.ToConfig(), cancel)
            : await trees.CreateAsync(caller.TenantId, body.Value.ToNew(), cancel))
            .AcceptedAt(TargetGroupView.From, g => $"/v1/target-groups/{g.Id}");

    private static async Task<IResult> ListAsync(
        Caller caller, PageQuery page, ITargetGroups groups, CancellationToken cancel) =>
        TypedResults.Ok(ListViews.From(
            await groups.ListAsync(caller.TenantId, page.Request, cancel), TargetGroupView.From));

    private static async Task<IResult> GetAsync(
        Caller caller, string targetGroup, ITargetGroups groups, CancellationToken cancel) =>
        (await groups.GetAsync(caller.TenantId, targetGroup, cancel)).Ok(TargetGroupView.From);

    private static async Task<IResult> ChangeAsync(
        Caller caller, string targetGroup, Body<ChangeTargetGroup> body, ITargetGroups groups,
        CancellationToken cancel) =>
        (await groups.ChangeAsync(caller.TenantId, targetGroup, body.Value.ToChange(), cancel))
            .Accepted(TargetGroupView.From);

    private static async Task<IResult> ReplaceAsync(
        Caller caller, string targetGroup, Body<ReplaceTargetGroup> body, ITargetGroups groups,
        CancellationToken cancel) =>
        (await groups.ReplaceAsync(caller.TenantId, targetGroup, body.Value.ToConfig(), cancel))
            .Accepted(TargetGroupView.From);

    private static async Task<IResult> DeleteAsync(
        Caller caller, string targetGroup, ITargetGroups groups, CancellationToken cancel) =>
        (await groups.DeleteAsync(caller.TenantId, targetGroup, cancel)).Accepted(TargetGroupView.From);
}
