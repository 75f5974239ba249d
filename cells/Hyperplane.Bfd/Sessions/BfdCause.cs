namespace Hyperplane.Bfd;

/// <summary>What made a session change its state; tells a fault of the path from a purpose.</summary>
public enum BfdCause
{
    /// <summary>The three-way handshake went on.</summary>
    Handshake,

    /// <summary>Nothing came for a whole detection time: the peer or the path is dead.</summary>
    DetectionTimeExpired,

    /// <summary>The peer is alive and says that it did not hear us: our silence, or the path from us, was the
    /// fault.</summary>
    PeerDown,

    /// <summary>The peer was taken down on purpose: no fault of forwarding (RFC 5882 3.2).</summary>
    PeerAdminDown,

    /// <summary>We took the session down, or let it go, on purpose.</summary>
    Ours,
}
