namespace Hyperplane.Dataplane.Flows;

/// <summary>The parts of the flow table; none can take another's places.</summary>
public enum FlowPool
{
    /// <summary>TCP handshakes.</summary>
    HalfOpen,

    /// <summary>UDP flows of one datagram.</summary>
    Unconfirmed,

    /// <summary>Established and closing flows.</summary>
    Established,

    /// <summary>Over; lives in the places that the others leave, the oldest gives way first.</summary>
    HoldDown,
}
