using System.Text.Json.Serialization;

namespace Hyperplane.Api.ElasticIps;

/// <summary>Of which family an elastic IP is.</summary>
internal enum ElasticIpFamily
{
    [JsonStringEnumMemberName("ipv4")]
    Ipv4,

    [JsonStringEnumMemberName("ipv6")]
    Ipv6,
}
