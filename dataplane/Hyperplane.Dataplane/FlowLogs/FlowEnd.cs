namespace Hyperplane.Dataplane.FlowLogs;

/// <summary>Why a flow is over here.</summary>
public enum FlowEnd : byte
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>TCP: both ends sent a FIN.</summary>
    Fin,

    /// <summary>TCP: the client sent an RST that the target took.</summary>
    ResetByClient,

    /// <summary>TCP: the target sent an RST that the client took, or refused the connection.</summary>
    ResetByTarget,

    /// <summary>Nothing passed for the idle timeout.</summary>
    Idle,

    /// <summary>TCP: the handshake was never finished.</summary>
    Unanswered,

    /// <summary>TCP: neither end answers that it still has the connection.</summary>
    Gone,

    /// <summary>Ended here, TCP by resets to both ends: the target failed, or its time to drain was over.</summary>
    Ended,

    /// <summary>Its listener is gone.</summary>
    ListenerRemoved,

    /// <summary>TCP: the client began another connection from the same port.</summary>
    Replaced,

    /// <summary>Another node carries it on, or may: this one stopped.</summary>
    Moved,
}
