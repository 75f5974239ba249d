using System.Text.Json.Serialization;

namespace Hyperplane.Api.Targets;

/// <summary>How a target is.</summary>
internal enum HealthState
{
    [JsonStringEnumMemberName("initial")]
    Initial,

    [JsonStringEnumMemberName("healthy")]
    Healthy,

    [JsonStringEnumMemberName("unhealthy")]
    Unhealthy,

    [JsonStringEnumMemberName("unhealthy.draining")]
    UnhealthyDraining,

    [JsonStringEnumMemberName("draining")]
    Draining,

    [JsonStringEnumMemberName("unused")]
    Unused,
}
