using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>A zone that a load balancer is shifted away from.</summary>
internal sealed record ZonalShift(string Zone, DateTimeOffset ExpiresAt, string? Comment = null)
{
    /// <summary>The table of the one shift.</summary>
    public static readonly IReadOnlyList<Column<ZonalShift>> Columns =
    [
        new("ZONE", static one => one.Zone),
        new("EXPIRES", static one => Moment.Of(one.ExpiresAt)),
        new("COMMENT", static one => one.Comment),
    ];
}
