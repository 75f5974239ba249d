using System.Text.Json.Serialization;

namespace Hyperplane.Api.TargetGroups;

/// <summary>Of which family the addresses of a group's targets are.</summary>
internal enum TargetFamily
{
    [JsonStringEnumMemberName("ipv4")]
    Ipv4,

    [JsonStringEnumMemberName("ipv6")]
    Ipv6,
}
