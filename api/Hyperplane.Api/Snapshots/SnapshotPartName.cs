using System.Text.Json.Serialization;

namespace Hyperplane.Api.Snapshots;

/// <summary>The kinds of things that a snapshot is made of.</summary>
internal enum SnapshotPartName
{
    [JsonStringEnumMemberName("node")]
    Node,

    [JsonStringEnumMemberName("prefixes")]
    Prefixes,

    [JsonStringEnumMemberName("vip")]
    Vip,

    [JsonStringEnumMemberName("listener")]
    Listener,

    [JsonStringEnumMemberName("target_group")]
    TargetGroup,

    [JsonStringEnumMemberName("target")]
    Target,
}
