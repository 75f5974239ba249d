using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>Where a load balancer lives in one zone.</summary>
internal sealed record ZoneAddress(string Zone, string? Address = null, string? Cell = null, int? Shard = null)
{
    /// <summary>The table of zones.</summary>
    public static readonly IReadOnlyList<Column<ZoneAddress>> Columns =
    [
        new("ZONE", static one => one.Zone),
        new("ADDRESS", static one => one.Address),
        new("CELL", static one => one.Cell),
        new("SHARD", static one => one.Shard?.ToString(CultureInfo.InvariantCulture)),
    ];
}
