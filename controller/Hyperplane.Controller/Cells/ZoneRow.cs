using System.ComponentModel.DataAnnotations.Schema;
using System.Net;

namespace Hyperplane.Controller.Cells;

/// <summary>A zone with its pools.</summary>
[Table("zones")]
internal sealed class ZoneRow
{
    public required string Name { get; init; }

    public IPNetwork VipPool { get; init; }

    public IPNetwork SnatPool { get; init; }

    public IPNetwork ProbePool { get; init; }

    /// <summary>All three or none.</summary>
    public IPNetwork? Ipv6VipPool { get; set; }

    public IPNetwork? Ipv6SnatPool { get; set; }

    public IPNetwork? Ipv6ProbePool { get; set; }

    /// <summary>How many cells it has room for: a power of two.</summary>
    public int MaxCells { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
