using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;

namespace Hyperplane.Api.Targets;

/// <summary>A target to register.</summary>
internal sealed record RegisterTarget : IRequestBody
{
    [Required, IpAddress, Example("10.0.0.7"),
     Description("Its address, of the family that the target group's `ipAddressType` says.")]
    public string? Address { get; init; }

    [Between(1, 65535), Example(8080), Description("The target group's port by default.")]
    public int? Port { get; init; }

    [Between(0, 999), Example(1), Description("Its share of new flows, 1 by default; 0 gives it none.")]
    public int? Weight { get; init; }

    [Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"), Description(
        "The zone that it is in; where cross-zone load balancing is off, addresses of this zone send their flows to it "
        + "first. Without one it is near in every zone.")]
    public string? Zone { get; init; }
}
