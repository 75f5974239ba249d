using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Placement;

/// <summary>How many nodes tenants share: what may befall two of them at once.</summary>
internal sealed record TenantOverlapView(
    [property: Required, Description("How many tenants have a load balancer.")] int Tenants,
    [property: Required, Description("How many pairs of them share 0, 1, 2, … nodes.")]
    IReadOnlyList<OverlapCountView> Pairs,
    [property: Required, Description("At most 20 of the pairs that share most, those first.")]
    IReadOnlyList<TenantPairView> Worst)
{
    /// <summary>The controller's table for the wire.</summary>
    public static TenantOverlapView From(TenantOverlap overlap) => new(
        overlap.Tenants,
        [.. overlap.Pairs.Select(count => new OverlapCountView(count.SharedNodes, count.Pairs))],
        [
            .. overlap.Worst.Select(pair => new TenantPairView(
                [pair.First, pair.Second], pair.SharedNodes, pair.Nodes)),
        ]);
}
