using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>Two tenants that share nodes.</summary>
internal sealed record TenantPair(IReadOnlyList<string> Tenants, int SharedNodes, int Nodes)
{
    /// <summary>Its columns.</summary>
    public static readonly Column<TenantPair>[] Columns =
    [
        new("TENANTS", static one => string.Join(' ', one.Tenants)),
        new("SHARED", static one => $"{Placement.Text(one.SharedNodes)}/{Placement.Text(one.Nodes)}"),
    ];
}
