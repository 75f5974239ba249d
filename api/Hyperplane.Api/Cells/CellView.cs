using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>A unit of blast radius inside a zone.</summary>
internal sealed record CellView(
    [property: Required, Example("a1"), Description("Its name.")] string Name,
    [property: Required, Example("a"), Description("The zone that it is in.")] string Zone)
{
    [Required, Description("In it sources of tunnels without a port vary; null: they are the nodes' addresses.")]
    public required string? TunnelSourcePrefix { get; init; }

    [Required, Description("The same of tunnels over IPv6.")]
    public required string? Ipv6TunnelSourcePrefix { get; init; }

    [Required, Example(4), Description("How many nodes serve a load balancer; all where the cell has fewer.")]
    public required int ShardSize { get; init; }

    [Required, Description("Whether it is asked to take nothing new.")]
    public required bool Draining { get; init; }

    /// <summary>The controller's cell for the wire.</summary>
    public static CellView From(Cell cell) => new(cell.Name, cell.Zone)
    {
        TunnelSourcePrefix = cell.TunnelSourcePrefix,
        Ipv6TunnelSourcePrefix = cell.Ipv6TunnelSourcePrefix,
        ShardSize = cell.ShardSize,
        Draining = cell.Draining,
    };
}
