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

/// <summary>/v1/tenants/{tenant}/api-keys</summary>
internal static class ApiKeyEndpoints
{
    private const string Tag = "Tenants";
    private const string All = "/tenants/{tenant}/api-keys";

    public static void MapApiKeys(this IEndpointRouteBuilder v1)
    {
        v1.MapPost(All, CreateAsync)
            .Describe(Tag, "createApiKey", "Create an API key", "The secret is told this once; only its hash is kept.")
            .Answers<NewApiKeyView>(201).Refuses(400, 404, 409, 413, 415).Opens(Access.Operator)
            .WithMetadata(new SecretAnswerAttribute());
        v1.MapGet(All, ListAsync)
            .Describe(Tag, "listApiKeys", "List API keys", "The tenant's, without their secrets.")
            .Answers<ListView<ApiKeyView>>(200).Refuses(400, 404).Opens(Access.Operator);
        v1.MapDelete(All + "/{key}", DeleteAsync)
            .Describe(Tag, "deleteApiKey", "Revoke an API key", "It opens nothing any more.")
            .Answers(204).Refuses(404).Opens(Access.Operator);
    }

    private static async Task<IResult> CreateAsync(
        string tenant, Body<CreateApiKey> body, ITenants tenants, CancellationToken cancel) =>
        (await tenants.CreateKeyAsync(
            tenant, body.Value.Name!, body.Value.Role.ToContract(), cancel))
            .CreatedAt(NewApiKeyView.From, made => $"/v1/tenants/{made.Key.TenantId}/api-keys/{made.Key.Id}");

    private static async Task<IResult> ListAsync(
        string tenant, PageQuery page, ITenants tenants, CancellationToken cancel) =>
        (await tenants.ListKeysAsync(tenant, page.Request, cancel)).Ok(p => ListViews.From(p, ApiKeyView.From));

    private static async Task<IResult> DeleteAsync(
        string tenant, string key, ITenants tenants, CancellationToken cancel) =>
        (await tenants.DeleteKeyAsync(tenant, key, cancel)).Gone();
}
