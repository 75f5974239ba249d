namespace Hyperplane.Dataplane.Flows;

/// <summary>Where a flow is in its life.</summary>
public enum FlowState : byte
{
    /// <summary>The slot is not used.</summary>
    Free,

    /// <summary>TCP: the client's SYN went to the target.</summary>
    SynSeen,

    /// <summary>TCP: the target's SYN-ACK went to the client.</summary>
    SynAckSeen,

    /// <summary>TCP: the proxy protocol header went to the target, which did not acknowledge it yet.</summary>
    HeaderSent,

    /// <summary>UDP: one datagram went to the target, none came back.</summary>
    Unconfirmed,

    /// <summary>Both ends take part.</summary>
    Established,

    /// <summary>TCP: at least one end sent a FIN.</summary>
    Closing,

    /// <summary>TCP: over, by FINs of both ends or by RST; stragglers still pass, the port is held.</summary>
    Closed,

    /// <summary>Forgotten; only its port towards the target is held.</summary>
    Held,

    /// <summary>Another node owns it and uses a port of ours: only the port is held, until the owner's end.</summary>
    Lent,
}
