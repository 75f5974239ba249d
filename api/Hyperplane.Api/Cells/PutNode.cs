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

    [IpAddress(Ipv6Only = true), Example("fd00:10::11"),
     Description("Its IPv6 address on the fabric; needed where the zone has IPv6 pools. It can be added later.")]
    public string? Ipv6Address { get; init; }
}
