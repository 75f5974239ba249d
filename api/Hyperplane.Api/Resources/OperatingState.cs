using System.Text.Json.Serialization;

namespace Hyperplane.Api.Resources;

/// <summary>What the health of the targets amounts to.</summary>
internal enum OperatingState
{
    [JsonStringEnumMemberName("healthy")]
    Healthy,

    [JsonStringEnumMemberName("degraded")]
    Degraded,

    [JsonStringEnumMemberName("down")]
    Down,

    [JsonStringEnumMemberName("no_targets")]
    NoTargets,
}
