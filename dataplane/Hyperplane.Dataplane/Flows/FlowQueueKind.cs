namespace Hyperplane.Dataplane.Flows;

/// <summary>The waits that all flows of a state share; one queue each, so that the head is always the first
/// due.</summary>
public enum FlowQueueKind
{
    /// <summary>A TCP handshake's next step.</summary>
    HalfOpen,

    /// <summary>A second datagram.</summary>
    Unconfirmed,

    /// <summary>The target's acknowledgement of a header.</summary>
    HeaderSent,

    /// <summary>The last acknowledgement of a close whose frames do not come to the pipeline.</summary>
    LastAck,

    /// <summary>After an RST that may have been taken.</summary>
    ResetSeen,

    /// <summary>The same, both ends were asked.</summary>
    ResetAsked,

    /// <summary>The same, both ends were asked twice.</summary>
    ResetAskedAgain,

    /// <summary>After an RST.</summary>
    AfterReset,

    /// <summary>After the last acknowledgement of a close that the client began, and after a handshake that never
    /// ended.</summary>
    AfterClose,

    /// <summary>While the target may be in TIME-WAIT or still send: target closed first, idle flows, UDP.</summary>
    Long,

    /// <summary>While another node uses the port; ends by word of the flow directory alone.</summary>
    Lent,
}
