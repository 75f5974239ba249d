using System.ComponentModel.DataAnnotations.Schema;
using System.Net;

namespace Hyperplane.Controller.Cells;

/// <summary>A node as it is wanted.</summary>
[Table("nodes")]
internal sealed class NodeRow
{
    /// <summary>1 to 65,535, never reused.</summary>
    public int Id { get; init; }

    public required string Cell { get; init; }

    public required string Name { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>In a zone with IPv6 pools.</summary>
    public IPAddress? Ipv6Address { get; set; }

    public bool Draining { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
