using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;

namespace Hyperplane.Api.Tenants;

/// <summary>The body that asks for a tenant: nothing but a name.</summary>
internal sealed record CreateNamed : IRequestBody
{
    [Required, ResourceName, Example("shop"), Description("For people; 1 to 32 of A-Z, a-z, 0-9 and hyphen.")]
    public string? Name { get; init; }
}
