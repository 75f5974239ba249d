using System.Text.Json.Serialization;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>From where the addresses of a load balancer come.</summary>
internal enum Scheme
{
    [JsonStringEnumMemberName("internet-facing")]
    InternetFacing,

    [JsonStringEnumMemberName("internal")]
    Internal,
}
