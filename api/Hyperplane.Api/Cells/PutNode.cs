using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;

namespace Hyperplane.Api.Cells;

/// <summary>The body that declares a node. Its address cannot be changed later.</summary>
internal sealed record PutNode : IRequestBody
{
    [Required, Ipv4Address, Example("10.1.0.11"), Description("Its address on the fabric: where it speaks BGP from.")]
    public string? Address { get; init; }
}
