using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Identity;

/// <summary>The region's authority: one, its private key sealed.</summary>
[Table("authorities")]
internal sealed class AuthorityRow
{
    /// <summary>Always 1.</summary>
    public short Id { get; init; } = 1;

    /// <summary>DER.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>As <see cref="SealedKey"/> makes it.</summary>
    public required byte[] SealedKey { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
