using System.Text.Json.Serialization;

namespace Hyperplane.Api.AddressPools;

/// <summary>What the addresses of a pool are for.</summary>
internal enum PoolKind
{
    [JsonStringEnumMemberName("elastic")]
    Elastic,

    [JsonStringEnumMemberName("internal")]
    Internal,
}
