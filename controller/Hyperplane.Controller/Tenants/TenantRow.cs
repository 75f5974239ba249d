using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Tenants;

/// <summary>A tenant.</summary>
[Table("tenants")]
internal sealed class TenantRow
{
    public required string Id { get; init; }

    public long Serial { get; init; }

    public required string Name { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
