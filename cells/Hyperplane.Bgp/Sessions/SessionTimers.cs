namespace Hyperplane.Bgp;

/// <summary>The deadlines of a session, in milliseconds of its driver's clock; null is off.</summary>
internal sealed class SessionTimers
{
    /// <summary>End of the pause in Idle.</summary>
    public long? IdleHold { get; set; }

    public long? ConnectRetry { get; set; }

    public long? Hold { get; set; }

    public long? Keepalive { get; set; }

    /// <summary>The peer has to take bytes before this (RFC 9687).</summary>
    public long? SendHold { get; set; }

    /// <summary>When a postponed ROUTE-REFRESH is answered.</summary>
    public long? Refresh { get; set; }

    /// <summary>The earliest of them.</summary>
    public long? Next
    {
        get
        {
            long? next = null;
            foreach (long? one in (ReadOnlySpan<long?>)[IdleHold, ConnectRetry, Hold, Keepalive, SendHold, Refresh])
                if (one is not null && !(next <= one))
                    next = one;
            return next;
        }
    }

    public void Clear() => IdleHold = ConnectRetry = Hold = Keepalive = SendHold = Refresh = null;

    /// <summary>True once when the deadline has come: the timer is then off.</summary>
    public static bool Due(long? deadline, long nowMs) => deadline <= nowMs;
}
