using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Api.Tenants;

/// <summary>Who owns resources.</summary>
internal sealed record TenantView(
    [property: Required, Description("Stable and never reused.")] string Id,
    [property: Required, Example("shop"), Description("Unique.")] string Name,
    [property: Required, Description("When it was made.")] DateTimeOffset CreatedAt,
    [property: Required, Description("How many flows may begin at its addresses.")] TenantLimitsView Limits)
{
    /// <summary>The controller's tenant for the wire.</summary>
    public static TenantView From(Tenant tenant) =>
        new(tenant.Id, tenant.Name, tenant.CreatedAt, TenantLimitsView.From(tenant.Limits));
}
