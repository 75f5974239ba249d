namespace Hyperplane.Rpc;

/// <summary>What a handler knows about the call it serves.</summary>
public abstract class ServerCallContext
{
    /// <summary>The path: <c>/service/name</c>.</summary>
    public abstract string Method { get; }

    /// <summary>The authority that the client asked for.</summary>
    public abstract string Host { get; }

    /// <summary>Who calls: <c>ipv4:192.0.2.1:4000</c>, <c>ipv6:[2001:db8::1]:4000</c> or <c>unix:</c>.</summary>
    public abstract string Peer { get; }

    /// <summary>UTC; <see cref="DateTime.MaxValue"/> when the client gave none.</summary>
    public abstract DateTime Deadline { get; }

    /// <summary>Metadata of the client.</summary>
    public abstract Metadata RequestHeaders { get; }

    /// <summary>Fires when the client went away or the deadline passed; handlers must end then.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Metadata that is sent after the last message.</summary>
    public abstract Metadata ResponseTrailers { get; }

    /// <summary>What is sent when the handler returns; OK unless it is set.</summary>
    public abstract Status Status { get; set; }

    /// <summary>Sends metadata before the first message; throws when the response has started.</summary>
    public abstract Task WriteResponseHeadersAsync(Metadata responseHeaders);
}
