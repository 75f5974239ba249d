namespace Hyperplane.Mesh;

/// <summary>Why a connection was refused, by this side.</summary>
public enum MeshRefusal
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>It came from an address of no peer.</summary>
    UnknownAddress,

    /// <summary>Too many others were in their handshake.</summary>
    TooManyPending,

    /// <summary>Not this protocol.</summary>
    BadMagic,

    /// <summary>Another version of the protocol.</summary>
    UnknownVersion,

    /// <summary>A node of another cell.</summary>
    OtherCell,

    /// <summary>Not a peer, not at that peer's address, or not the side that connects.</summary>
    UnknownNode,

    /// <summary>A start older than one seen before.</summary>
    OlderStart,

    /// <summary>The other side does not know the cell's key, or repeats what it heard.</summary>
    BadProof,

    /// <summary>The handshake took too long.</summary>
    HandshakeTimeout,

    /// <summary>The other side ended the connection within the handshake.</summary>
    HandshakeClosed,

    /// <summary>A sealed frame longer than agreed on, or empty.</summary>
    BadLength,

    /// <summary>A sealed frame that the session's key did not seal, or not at this place.</summary>
    BadTag,

    /// <summary>A sealed frame whose messages do not fill it.</summary>
    Malformed,
}
