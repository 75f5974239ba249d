using System.ComponentModel.DataAnnotations.Schema;
using System.Net;

namespace Hyperplane.Controller.Cells;

/// <summary>A SNAT or probe address that a node has, or had a while ago.</summary>
[Table("node_addresses")]
internal sealed class NodeAddressRow
{
    public long Id { get; init; }

    public required IPAddress Address { get; init; }

    public NodeAddressKind Kind { get; init; }

    public required string Cell { get; init; }

    /// <summary>Null once the node is gone.</summary>
    public int? NodeId { get; init; }

    /// <summary>When the address may be given away again; null while the node has it.</summary>
    public DateTimeOffset? FreeAt { get; set; }
}
