using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Api.Tenants;

/// <summary>An API key without its secret.</summary>
internal sealed record ApiKeyView(
    [property: Required, Description("Stable and never reused.")] string Id,
    [property: Required, Description("Whose key it is.")] string TenantId,
    [property: Required, Example("ci"), Description("For people.")] string Name,
    [property: Required, Description("What it may do.")] KeyRole Role,
    [property: Required, Description("When it was made.")] DateTimeOffset CreatedAt)
{
    /// <summary>The controller's key for the wire.</summary>
    public static ApiKeyView From(ApiKey key) =>
        new(key.Id, key.TenantId, key.Name, KeyRoles.From(key.Role), key.CreatedAt);
}
