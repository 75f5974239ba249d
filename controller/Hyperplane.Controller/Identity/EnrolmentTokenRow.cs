using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Identity;

/// <summary>The newest enrolment token of a node; of its secret only the SHA-256 hash.</summary>
[Table("enrolment_tokens")]
internal sealed class EnrolmentTokenRow
{
    public int NodeId { get; init; }

    public required byte[] Hash { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }
}
