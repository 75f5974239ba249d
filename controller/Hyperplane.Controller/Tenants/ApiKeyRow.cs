using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.Tenants;

/// <summary>An API key; of its secret only the SHA-256 hash.</summary>
[Table("api_keys")]
internal sealed class ApiKeyRow : ITenantOwned
{
    public required string Id { get; init; }

    public long Serial { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    public required byte[] SecretHash { get; init; }

    /// <summary><see cref="Role.TenantAdmin"/> or <see cref="Role.TenantReader"/>.</summary>
    public Role Role { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
