using System.Text.Json.Serialization;

namespace Hyperplane.Api.TargetGroups;

/// <summary>What a health check speaks.</summary>
internal enum ProbeProtocol
{
    [JsonStringEnumMemberName("TCP")]
    Tcp,

    [JsonStringEnumMemberName("HTTP")]
    Http,

    [JsonStringEnumMemberName("HTTPS")]
    Https,
}
