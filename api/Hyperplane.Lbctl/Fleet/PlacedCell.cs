using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>What a cell carries.</summary>
internal sealed record PlacedCell(
    string Name,
    string Zone,
    bool Draining,
    int ShardSize,
    int LoadBalancers,
    int Tenants,
    IReadOnlyList<PlacedNode> Nodes,
    IReadOnlyList<PlacedShard> Shards)
{
    /// <summary>Its columns.</summary>
    public static readonly Column<PlacedCell>[] Columns =
    [
        new("ZONE", static one => one.Zone),
        new("CELL", static one => one.Name),
        new("STATE", static one => one.Draining ? "draining" : "ready", IsStatus: true),
        new("NODES", static one => Placement.Text(one.Nodes.Count)),
        new("SHARDS", static one => Placement.Text(one.Shards.Count)),
        new("SHARD-SIZE", static one => Placement.Text(one.ShardSize)),
        new("LOAD-BALANCERS", static one => Placement.Text(one.LoadBalancers)),
        new("TENANTS", static one => Placement.Text(one.Tenants)),
    ];
}
