using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Placement;

/// <summary>What a cell carries.</summary>
internal sealed record CellPlacementView
{
    [Required, Example("a1"), Description("Its name.")]
    public required string Name { get; init; }

    [Required, Example("a"), Description("The zone that it is in.")]
    public required string Zone { get; init; }

    [Required, Description("Whether it takes nothing new.")]
    public required bool Draining { get; init; }

    [Required, Example(4), Description("How many nodes serve a shard; all where the cell has fewer.")]
    public required int ShardSize { get; init; }

    [Required, Description("How many load balancers live in it.")]
    public required int LoadBalancers { get; init; }

    [Required, Description("How many tenants these belong to.")]
    public required int Tenants { get; init; }

    [Required, Description("Its nodes, by name.")]
    public required IReadOnlyList<NodeLoadView> Nodes { get; init; }

    [Required, Description("Its shards, by index.")]
    public required IReadOnlyList<ShardLoadView> Shards { get; init; }

    /// <summary>The controller's part of the report for the wire.</summary>
    public static CellPlacementView From(CellPlacement placed) => new()
    {
        Name = placed.Cell.Name,
        Zone = placed.Cell.Zone,
        Draining = placed.Cell.Draining,
        ShardSize = placed.Cell.ShardSize,
        LoadBalancers = placed.LoadBalancers,
        Tenants = placed.Tenants,
        Nodes = [.. placed.Nodes.Select(NodeLoadView.From)],
        Shards = [.. placed.Shards.Select(ShardLoadView.From)],
    };
}
