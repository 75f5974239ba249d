namespace Hyperplane.Bfd;

/// <summary>Why an end last changed its state; the values are those of the wire, 0..31 (RFC 5880 4.1).</summary>
public enum BfdDiagnostic
{
    /// <summary>No failure.</summary>
    None = 0,

    /// <summary>Nothing came for a whole detection time.</summary>
    ControlDetectionTimeExpired = 1,

    /// <summary>Our echoes did not come back.</summary>
    EchoFunctionFailed = 2,

    /// <summary>The other end said that the session is down.</summary>
    NeighborSignaledSessionDown = 3,

    /// <summary>The forwarding plane was reset.</summary>
    ForwardingPlaneReset = 4,

    /// <summary>The path is known to be down.</summary>
    PathDown = 5,

    /// <summary>A path that this one is joined to is down.</summary>
    ConcatenatedPathDown = 6,

    /// <summary>Taken down on purpose.</summary>
    AdministrativelyDown = 7,

    /// <summary>A path joined to this one is down, seen in the other direction.</summary>
    ReverseConcatenatedPathDown = 8,
}
