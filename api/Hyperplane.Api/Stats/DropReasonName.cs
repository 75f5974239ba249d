using System.Text.Json.Serialization;

namespace Hyperplane.Api.Stats;

/// <summary>Why frames were dropped; the rates are of a load balancer in a zone, the others of a listener.</summary>
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

    [JsonStringEnumMemberName("source_rate")]
    SourceRate,

    [JsonStringEnumMemberName("vip_rate")]
    VipRate,

    [JsonStringEnumMemberName("tenant_rate")]
    TenantRate,

    [JsonStringEnumMemberName("challenge_rate")]
    ChallengeRate,

    [JsonStringEnumMemberName("other")]
    Other,
}
