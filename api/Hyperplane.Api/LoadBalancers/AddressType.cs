using System.Text.Json.Serialization;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Of which families a load balancer's addresses are.</summary>
internal enum AddressType
{
    [JsonStringEnumMemberName("ipv4")]
    Ipv4,

    [JsonStringEnumMemberName("dualstack")]
    Dualstack,
}
