using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Identity;

/// <summary>A certificate that a node was given; forgotten some time after it expired.</summary>
[Table("node_certificates")]
internal sealed class NodeCertificateRow
{
    /// <summary>Hexadecimal, upper case.</summary>
    public required string Serial { get; init; }

    public required string Cell { get; init; }

    public required string Node { get; init; }

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset NotAfter { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }
}
