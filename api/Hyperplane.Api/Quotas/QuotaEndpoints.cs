using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Quotas;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Quotas;

/// <summary>/v1/quotas and /v1/tenants/{tenant}/quotas</summary>
internal static class QuotaEndpoints
{
    private const string OfTenant = "/tenants/{tenant}/quotas";

    public static void MapQuotas(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/quotas", OwnAsync)
            .Describe("Load balancers", "listQuotas", "List quotas", "How many of what the tenant may have, and has.")
            .Answers<ListView<QuotaView>>(200).Refuses().Opens(Access.Tenant);
        v1.MapGet(OfTenant, GetAsync)
            .Describe("Tenants", "listTenantQuotas", "List a tenant's quotas", "How many of what it may have, and has.")
            .Answers<ListView<QuotaView>>(200).Refuses(404).Opens(Access.Operator);
        v1.MapPatch(OfTenant, ChangeAsync)
            .Describe("Tenants", "changeTenantQuotas", "Change a tenant's quotas",
                "A merge patch. What the tenant has beyond a smaller quota stays.")
            .Answers<ListView<QuotaView>>(200).Refuses(400, 404, 413, 415).Opens(Access.Operator);
    }

    private static async Task<IResult> OwnAsync(Caller caller, IQuotas quotas, CancellationToken cancel) =>
        (await quotas.GetAsync(caller.TenantId, cancel)).Ok(all => ListViews.From(all, QuotaView.From));

    private static async Task<IResult> GetAsync(string tenant, IQuotas quotas, CancellationToken cancel) =>
        (await quotas.GetAsync(tenant, cancel)).Ok(all => ListViews.From(all, QuotaView.From));

    private static async Task<IResult> ChangeAsync(
        string tenant, Body<ChangeQuotas> body, IQuotas quotas, CancellationToken cancel) =>
        (await quotas.ChangeAsync(tenant, body.Value.ToChange(), cancel))
            .Ok(all => ListViews.From(all, QuotaView.From));
}
