using System.Net.Security;

namespace Hyperplane.Rpc;

/// <summary>Limits and habits of a channel.</summary>
public sealed record ChannelOptions
{
    /// <summary>Longest response in bytes, 0 to 2,147,483,591; judged before the message is buffered.</summary>
    public int MaxReceiveMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Longest request in bytes.</summary>
    public int MaxSendMessageSize { get; init; } = 256 * 1024 * 1024;

    /// <summary>How long one attempt to connect may take, more than zero.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection that is quiet this long is asked whether it lives; at least one second.</summary>
    public TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the answer to that may take; at least one second.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Client certificate, pinning and the like for https and unix; null: the system's trust, and none on a
    /// unix socket.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }
}
