using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>What a shard carries.</summary>
internal sealed record PlacedShard(
    int Index, string Block, IReadOnlyList<string> Nodes, int LoadBalancers, int Tenants, int FreeAddresses)
{
    /// <summary>Its columns.</summary>
    public static readonly Column<PlacedShard>[] Columns =
    [
        new("SHARD", static one => Placement.Text(one.Index)),
        new("BLOCK", static one => one.Block),
        new("LOAD-BALANCERS", static one => Placement.Text(one.LoadBalancers)),
        new("TENANTS", static one => Placement.Text(one.Tenants)),
        new("FREE", static one => Placement.Text(one.FreeAddresses)),
        new("NODES", static one => string.Join(' ', one.Nodes)),
    ];
}
