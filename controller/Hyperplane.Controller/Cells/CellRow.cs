using System.ComponentModel.DataAnnotations.Schema;
using System.Net;

namespace Hyperplane.Controller.Cells;

/// <summary>A cell; its ordinal says which part of the zone's pools is its own.</summary>
[Table("cells")]
internal sealed class CellRow
{
    public required string Name { get; init; }

    public required string Zone { get; init; }

    /// <summary>0 to 3, in order of coming.</summary>
    public int Ordinal { get; init; }

    /// <summary>Where its tunnels without a port begin; null: at the nodes' own addresses.</summary>
    public IPNetwork? TunnelSourcePrefix { get; set; }

    public IPNetwork? Ipv6TunnelSourcePrefix { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
