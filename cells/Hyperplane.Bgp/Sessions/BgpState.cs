namespace Hyperplane.Bgp;

/// <summary>The states of RFC 4271 8.2.2.</summary>
public enum BgpState
{
    /// <summary>No connection, none wanted yet.</summary>
    Idle,

    /// <summary>A connection is being made.</summary>
    Connect,

    /// <summary>The last attempt failed; the next one waits for the retry timer.</summary>
    Active,

    /// <summary>Our OPEN is out, the peer's has not come.</summary>
    OpenSent,

    /// <summary>Both OPENs agree, the peer's KEEPALIVE has not come.</summary>
    OpenConfirm,

    /// <summary>Routes flow.</summary>
    Established,
}
