using System.Text.Json.Serialization;

namespace Hyperplane.Api.Listeners;

/// <summary>What a listener or a target group speaks.</summary>
internal enum ListenerProtocol
{
    [JsonStringEnumMemberName("TCP")]
    Tcp,

    [JsonStringEnumMemberName("UDP")]
    Udp,

    [JsonStringEnumMemberName("TCP_UDP")]
    TcpUdp,
}
