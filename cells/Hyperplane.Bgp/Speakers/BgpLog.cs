using System.Net;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Bgp;

/// <summary>What a speaker logs; event ids 3100..3119.</summary>
internal static partial class BgpLog
{
    [LoggerMessage(3100, LogLevel.Information, "BGP {Peer} AS {RemoteAs}: {From} to {To}")]
    public static partial void StateChanged(ILogger logger, IPAddress peer, uint remoteAs, BgpState from, BgpState to);

    [LoggerMessage(3101, LogLevel.Warning, "BGP {Peer} AS {RemoteAs}: session ended: {Reason}")]
    public static partial void SessionEnded(ILogger logger, IPAddress peer, uint remoteAs, string? reason);

    [LoggerMessage(3102, LogLevel.Information, "BGP {Peer} AS {RemoteAs}: {Prefixes} prefixes sent")]
    public static partial void PrefixesSent(ILogger logger, IPAddress peer, uint remoteAs, int prefixes);

    [LoggerMessage(3103, LogLevel.Warning, "BGP {Peer} AS {RemoteAs}: {Prefixes} prefixes cannot be sent: "
        + "their family is not agreed on, or they have no next hop of it")]
    public static partial void PrefixesUnsendable(ILogger logger, IPAddress peer, uint remoteAs, int prefixes);

    [LoggerMessage(3104, LogLevel.Information, "BGP {Peer} AS {RemoteAs}: not connected: {Reason}")]
    public static partial void NotConnected(ILogger logger, IPAddress peer, uint remoteAs, string? reason);

    [LoggerMessage(3105, LogLevel.Error, "BGP {Peer} AS {RemoteAs}: the session's driver failed; it starts again")]
    public static partial void DriverFailed(ILogger logger, Exception exception, IPAddress peer, uint remoteAs);

    [LoggerMessage(3106, LogLevel.Error, "BGP: a handler of the speaker's Changed event failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception);
}
