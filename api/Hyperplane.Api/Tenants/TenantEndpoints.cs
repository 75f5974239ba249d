using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Tenants;

/// <summary>/v1/tenants</summary>
internal static class TenantEndpoints
{
    private const string Tag = "Tenants";

    public static void MapTenants(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/tenants", CreateAsync)
            .Describe(Tag, "createTenant", "Create a tenant", "The same name answers 200 with the existing one.")
            .Answers<TenantView>(201, 200).Refuses(400, 409, 413, 415).Opens(Access.Operator);
        v1.MapGet("/tenants", ListAsync)
            .Describe(Tag, "listTenants", "List tenants", "All of them, in order of creation.")
            .WithMetadata(PageQuery.NameParameter)
            .Answers<ListView<TenantView>>(200).Refuses(400).Opens(Access.Operator);
        v1.MapGet("/tenants/{tenant}", GetAsync)
            .Describe(Tag, "getTenant", "Get a tenant", "By its id.")
            .Answers<TenantView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapPut("/tenants/{tenant}/limits", PutLimitsAsync)
            .Describe(Tag, "putTenantLimits", "Limit a tenant's new flows",
                "Replaces all limits; established flows are never asked. Nodes have them with the next snapshot.")
            .Answers<TenantView>(200).Refuses(400, 404, 413, 415).Opens(Access.Operator);
        v1.MapDelete("/tenants/{tenant}", DeleteAsync)
            .Describe(Tag, "deleteTenant", "Delete a tenant",
                "With its keys. Refused with `resource_in_use` while it owns anything.")
            .Answers(204).Refuses(404, 409).Opens(Access.Operator);
    }

    private static async Task<IResult> CreateAsync(
        Body<CreateNamed> body, ITenants tenants, CancellationToken cancel) =>
        (await tenants.CreateAsync(body.Value.Name!, cancel)).CreatedAt(TenantView.From, t => $"/v1/tenants/{t.Id}");

    private static async Task<IResult> ListAsync(PageQuery page, ITenants tenants, CancellationToken cancel) =>
        TypedResults.Ok(ListViews.From(await tenants.ListAsync(page.Request, cancel), TenantView.From));

    private static async Task<IResult> GetAsync(string tenant, ITenants tenants, CancellationToken cancel) =>
        (await tenants.GetAsync(tenant, cancel)).Ok(TenantView.From);

    private static async Task<IResult> PutLimitsAsync(
        string tenant, Body<PutTenantLimits> body, ITenants tenants, CancellationToken cancel) =>
        (await tenants.PutLimitsAsync(tenant, body.Value.ToLimits(), cancel)).Ok(TenantView.From);

    private static async Task<IResult> DeleteAsync(string tenant, ITenants tenants, CancellationToken cancel) =>
        (await tenants.DeleteAsync(tenant, cancel)).Gone();
}
