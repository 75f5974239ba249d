using System.Text.Json.Serialization;

namespace Hyperplane.Api.Stats;

/// <summary>Why a listener's frames were dropped.</summary>
internal enum DropReasonName
{
    [JsonStringEnumMemberName("no_target")]
    NoTarget,

    [JsonStringEnumMemberName("no_port")]
    NoPort,

    [JsonStringEnumMemberName("not_allowed")]
    NotAllowed,

    [JsonStringEnumMemberName("flow_table_full")]
    FlowTableFull,

    [JsonStringEnumMemberName("half_open_full")]
    HalfOpenFull,

    [JsonStringEnumMemberName("no_flow")]
    NoFlow,

    [JsonStringEnumMemberName("tcp_flags")]
    TcpFlags,

    [JsonStringEnumMemberName("hairpin")]
    Hairpin,

    [JsonStringEnumMemberName("directory_unavailable")]
    DirectoryUnavailable,

    [JsonStringEnumMemberName("directory_timeout")]
    DirectoryTimeout,

    [JsonStringEnumMemberName("park_full")]
    ParkFull,

    [JsonStringEnumMemberName("not_mine")]
    NotMine,

    [JsonStringEnumMemberName("lost")]
    Lost,

    [JsonStringEnumMemberName("other")]
    Other,
}
