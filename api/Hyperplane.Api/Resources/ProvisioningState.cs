using System.Text.Json.Serialization;

namespace Hyperplane.Api.Resources;

/// <summary>Whether the newest desired state is in force.</summary>
internal enum ProvisioningState
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("active")]
    Active,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("deleting")]
    Deleting,
}
