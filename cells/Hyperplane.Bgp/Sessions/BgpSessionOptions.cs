namespace Hyperplane.Bgp;

/// <summary>One session's facts and timers.</summary>
public sealed record BgpSessionOptions
{
    /// <summary>Our AS number, 1..4294967294.</summary>
    public required uint LocalAs { get; init; }

    /// <summary>The peer's; equal to ours makes it an iBGP session.</summary>
    public required uint RemoteAs { get; init; }

    /// <summary>Our BGP identifier as a number in network order; not 0 (RFC 6286).</summary>
    public required uint Identifier { get; init; }

    /// <summary>
    /// Silence after which the peer counts as gone: 0 (never) or 3..65535. The lower of both sides rules.
    /// </summary>
    public int HoldTimeSeconds { get; init; } = 9;

    /// <summary>Upper limit of the time between our KEEPALIVEs; a third of the hold time if that is less.</summary>
    public int KeepaliveSeconds { get; init; } = 3;

    /// <summary>An attempt to connect is given up, and the next one made, after this time, 1..3600.</summary>
    public int ConnectRetrySeconds { get; init; } = 5;

    /// <summary>How long a connected peer may take to send its OPEN, 3..3600 (RFC 4271 suggests 240).</summary>
    public int OpenTimeSeconds { get; init; } = 60;

    /// <summary>
    /// A peer that takes none of our bytes for so long is given up, at least 2 × hold (RFC 9687: 480).
    /// </summary>
    public int SendHoldTimeSeconds { get; init; } = 480;

    /// <summary>First pause after a session failed; doubles up to the maximum until one lasts its hold time.</summary>
    public int IdleHoldMinMs { get; init; } = 1_000;

    /// <summary>Longest pause after a session failed.</summary>
    public int IdleHoldMaxMs { get; init; } = 60_000;

    /// <summary>
    /// True if connections are signed; a wrong password then shows as silence, and the error says so.
    /// </summary>
    public bool HasPassword { get; init; }

    /// <summary>True towards a peer of our own AS.</summary>
    internal bool Internal => LocalAs == RemoteAs;
}
