using System.Text.Json.Serialization;

namespace Hyperplane.Api.Tenants;

/// <summary>What a tenant's key may do.</summary>
internal enum KeyRole
{
    [JsonStringEnumMemberName("admin")]
    Admin,

    [JsonStringEnumMemberName("reader")]
    Reader,
}
