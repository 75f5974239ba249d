using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>A zone that a load balancer is to serve.</summary>
internal sealed record CreateZone : IRequestBody
{
    [Required, Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"), Description("The zone's name.")]
    public string? Zone { get; init; }

    [Ipv4Address, Example("198.18.0.9"),
     Description("The address to use, inside the zone's VIP pool; one is chosen when absent.")]
    public string? Address { get; init; }

    [IpAddress(Ipv6Only = true), Example("fd00:18::9"),
     Description("For dualstack alone: the IPv6 address to use, inside the zone's IPv6 VIP pool; likewise.")]
    public string? Ipv6Address { get; init; }
}
