using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>What a node carries.</summary>
internal sealed record PlacedNode(string Name, bool Draining, int Shards, int LoadBalancers)
{
    /// <summary>Its columns.</summary>
    public static readonly Column<PlacedNode>[] Columns =
    [
        new("NODE", static one => one.Name),
        new("STATE", static one => one.Draining ? "draining" : "ready", IsStatus: true),
        new("SHARDS", static one => Placement.Text(one.Shards)),
        new("LOAD-BALANCERS", static one => Placement.Text(one.LoadBalancers)),
    ];
}
