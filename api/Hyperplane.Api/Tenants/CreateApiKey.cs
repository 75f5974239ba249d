using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;

namespace Hyperplane.Api.Tenants;

/// <summary>The body that asks for an API key.</summary>
internal sealed record CreateApiKey : IRequestBody
{
    [Required, ResourceName, Example("ci"), Description("For people; 1 to 32 of A-Z, a-z, 0-9 and hyphen.")]
    public string? Name { get; init; }

    [Description("`admin` by default: everything of its tenant. `reader`: looks and changes nothing.")]
    public KeyRole? Role { get; init; }
}
