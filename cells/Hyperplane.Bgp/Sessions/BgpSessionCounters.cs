namespace Hyperplane.Bgp;

/// <summary>What a session has seen since it was made; written by its driver's thread alone.</summary>
public sealed class BgpSessionCounters
{
    /// <summary>Times Established was reached.</summary>
    public long Established { get; internal set; }

    /// <summary>Times a connection with an OPEN on it ended.</summary>
    public long Failures { get; internal set; }

    /// <summary>UPDATE messages sent, end-of-RIB included.</summary>
    public long UpdatesSent { get; internal set; }

    /// <summary>KEEPALIVE messages sent.</summary>
    public long KeepalivesSent { get; internal set; }

    /// <summary>NOTIFICATION messages sent.</summary>
    public long NotificationsSent { get; internal set; }

    /// <summary>UPDATE messages received and not used: we only originate.</summary>
    public long UpdatesIgnored { get; internal set; }

    /// <summary>Of those, the ones with an error that RFC 7606 lets a session survive.</summary>
    public long UpdatesMalformed { get; internal set; }

    /// <summary>KEEPALIVE messages received.</summary>
    public long KeepalivesReceived { get; internal set; }

    /// <summary>NOTIFICATION messages received.</summary>
    public long NotificationsReceived { get; internal set; }

    /// <summary>ROUTE-REFRESH requests answered.</summary>
    public long RefreshesAnswered { get; internal set; }
}
