using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Where a load balancer serves in one zone.</summary>
internal sealed record ZoneView
{
    [Required, Example("a"), Description("The zone's name.")]
    public required string Zone { get; init; }

    [Required, Example("198.18.0.9"), Description("Its static address there.")]
    public required string Address { get; init; }

    [Required, Example("fd00:18::9"), Description("Its static IPv6 address there; null unless it is dualstack.")]
    public required string? Ipv6Address { get; init; }

    [Required, Example("eip-0123456789abcdef0"), Description("The elastic IP that the address is; null for none.")]
    public required string? ElasticIp { get; init; }

    [Required, Example("eip-0123456789abcdef1"), Description("The one that the IPv6 address is, likewise.")]
    public required string? Ipv6ElasticIp { get; init; }

    [Required, Description("The cell that serves it.")]
    public required string Cell { get; init; }

    [Required, Description("The shard of that cell.")]
    public required int Shard { get; init; }

    [Required, Description("Whether the load balancer is shifted away from the zone.")]
    public required bool Shifted { get; init; }

    /// <summary>The controller's placement for the wire.</summary>
    public static ZoneView From(ZoneAddress zone) => new()
    {
        Zone = zone.Zone,
        Address = zone.Address,
        Ipv6Address = zone.Ipv6Address,
        ElasticIp = zone.ElasticIp,
        Ipv6ElasticIp = zone.Ipv6ElasticIp,
        Cell = zone.Cell,
        Shard = zone.Shard,
        Shifted = zone.IsShifted,
    };
}
