namespace Hyperplane.Dataplane.Flows;

/// <summary>How long flows wait, in nanoseconds.</summary>
public static class FlowTimes
{
    private const long Second = 1_000_000_000;
    private const int CoarseShift = 20;

    /// <summary>A handshake step: 10 s.</summary>
    public const long HalfOpen = 10 * Second;

    /// <summary>A UDP flow's second datagram: 30 s.</summary>
    public const long Unconfirmed = 30 * Second;

    /// <summary>The target's acknowledgement of a header: 200 ms, TCP's shortest time-out in practice.</summary>
    public const long HeaderSent = Second / 5;

    /// <summary>The last acknowledgement of a close: 50 ms, a round trip to most clients.</summary>
    public const long LastAck = Second / 20;

    /// <summary>Silence after an RST of an uncertain sequence number, and after each question then: 1 s, over a round
    /// trip and the half second in which Linux answers once.</summary>
    public const long ResetSeen = Second;

    /// <summary>Hold-down after an RST: 1 s.</summary>
    public const long AfterReset = Second;

    /// <summary>Hold-down when the client closed first: 2 s, for a lost last ACK.</summary>
    public const long AfterClose = 2 * Second;

    /// <summary>Hold-down when the target closed first, and for UDP: 65 s, over the 60 s of Linux' TIME-WAIT.</summary>
    public const long Long = 65 * Second;

    /// <summary>The longest idle time once both ends sent a FIN: 120 s.</summary>
    public const long BothFins = 120 * Second;

    /// <summary>A lent port: no time ends it.</summary>
    public const long Lent = long.MaxValue / 2;

    /// <summary>A moment in units of 2^20 ns, wrapping.</summary>
    public static uint Coarse(long ns) => (uint)(ns >> CoarseShift);

    /// <summary>Whether a coarse moment has come; it is less than 26 days away, either way.</summary>
    public static bool IsOver(uint coarse, long nowNs) => (int)(Coarse(nowNs) - coarse) >= 0;

    /// <summary>The wait of a queue.</summary>
    public static long Of(FlowQueueKind kind) => kind switch
    {
        FlowQueueKind.HalfOpen => HalfOpen,
        FlowQueueKind.Unconfirmed => Unconfirmed,
        FlowQueueKind.HeaderSent => HeaderSent,
        FlowQueueKind.LastAck => LastAck,
        FlowQueueKind.ResetSeen or FlowQueueKind.ResetAsked or FlowQueueKind.ResetAskedAgain => ResetSeen,
        FlowQueueKind.AfterReset => AfterReset,
        FlowQueueKind.AfterClose => AfterClose,
        FlowQueueKind.Lent => Lent,
        _ => Long,
    };
}
