using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Api.Tenants;

/// <summary>A new API key with its secret, which is told this once.</summary>
internal sealed record NewApiKeyView(
    [property: Required, Description("Stable and never reused.")] string Id,
    [property: Required, Description("Whose key it is.")] string TenantId,
    [property: Required, Example("ci"), Description("For people.")] string Name,
    [property: Required, Description("What it may do.")] KeyRole Role,
    [property: Required, Description("When it was made.")] DateTimeOffset CreatedAt,
    [property: Required, Description("Send it as `Authorization: Bearer`; only its hash is kept.")] string Secret)
{
    /// <summary>The controller's new key for the wire.</summary>
    public static NewApiKeyView From(NewApiKey made)
    {
        ApiKey key = made.Key;
        return new(key.Id, key.TenantId, key.Name, KeyRoles.From(key.Role), key.CreatedAt, made.Secret);
    }
}
