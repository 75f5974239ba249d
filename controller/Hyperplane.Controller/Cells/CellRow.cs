using System.ComponentModel.DataAnnotations.Schema;
using System.Net;

namespace Hyperplane.Controller.Cells;

/// <summary>A cell; its ordinal says which part of the zone's pools is its own.</summary>
[Table("cells")]
internal sealed class CellRow
{
    public required string Name { get; init; }

    public required string Zone { get; init; }

    /// <summary>From 0, below what the zone has room for; that of a removed cell is given again.</summary>
    public int Ordinal { get; init; }

    /// <summary>Where its tunnels without a port begin; null: at the nodes' own addresses.</summary>
    public IPNetwork? TunnelSourcePrefix { get; set; }

    public IPNetwork? Ipv6TunnelSourcePrefix { get; set; }

    /// <summary>How many nodes serve a shard.</summary>
    public int ShardSize { get; set; }

    /// <summary>Whether nothing new is placed in it.</summary>
    public bool Draining { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
