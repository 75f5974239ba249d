namespace Hyperplane.Mesh;

/// <summary>Why a connection between two nodes ended. The numbers are those on the wire.</summary>
public enum MeshDownReason : byte
{
    /// <summary>It did not end yet.</summary>
    None = 0,

    /// <summary>The peer ended as planned.</summary>
    Goodbye = 1,

    /// <summary>The connection ended without a word: the peer's process died.</summary>
    Closed = 2,

    /// <summary>The peer broke the protocol, or somebody changed its bytes.</summary>
    Refused = 3,

    /// <summary>One side did not read as fast as the other wrote; the queue of the writer was full.</summary>
    Overflow = 4,

    /// <summary>A newer connection of the same node took its place.</summary>
    Replaced = 5,

    /// <summary>One side's list of peers has the other no more.</summary>
    Removed = 6,

    /// <summary>The peer acknowledged nothing for too long, or was judged dead.</summary>
    Unresponsive = 7,
}
