using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>An availability zone with its address pools; targets' firewalls must let SNAT and probe pools in.</summary>
internal sealed record ZonePoolsView(
    [property: Required, Example("a"), Description("Its name.")] string Name,
    [property: Required, Example("198.18.0.0/20"), Description("The load balancers' addresses.")] string VipPool,
    [property: Required, Example("198.19.0.0/24"), Description("Source addresses towards targets.")] string SnatPool,
    [property: Required, Example("198.19.1.0/24"), Description("Source addresses of health checks.")] string ProbePool)
{
    [Required, Description("The load balancers' IPv6 addresses; null in a zone without IPv6.")]
    public required string? Ipv6VipPool { get; init; }

    [Required, Description("IPv6 source addresses towards targets.")]
    public required string? Ipv6SnatPool { get; init; }

    [Required, Description("IPv6 source addresses of health checks.")]
    public required string? Ipv6ProbePool { get; init; }

    [Required, Example(4), Description("How many cells it has room for: so many parts its pools are split into.")]
    public required int MaxCells { get; init; }

    /// <summary>The controller's zone for the wire.</summary>
    public static ZonePoolsView From(Zone zone) =>
        new(zone.Name, zone.VipPool, zone.SnatPool, zone.ProbePool)
        {
            Ipv6VipPool = zone.Ipv6VipPool,
            Ipv6SnatPool = zone.Ipv6SnatPool,
            Ipv6ProbePool = zone.Ipv6ProbePool,
            MaxCells = zone.MaxCells,
        };
}
