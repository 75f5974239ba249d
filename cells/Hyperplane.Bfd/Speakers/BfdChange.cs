using System.Net;

namespace Hyperplane.Bfd;

/// <summary>A session's step from one state to another.</summary>
/// <param name="Peer">The neighbour.</param>
/// <param name="From">State before.</param>
/// <param name="To">State now.</param>
/// <param name="Cause">What made it so.</param>
/// <param name="Diagnostic">The reason we tell the neighbour.</param>
/// <param name="RemoteDiagnostic">The reason the neighbour told last.</param>
public readonly record struct BfdChange(
    IPAddress Peer,
    BfdState From,
    BfdState To,
    BfdCause Cause,
    BfdDiagnostic Diagnostic,
    BfdDiagnostic RemoteDiagnostic)
{
    /// <summary>True when the path or the neighbour failed: it was Up, and nobody meant it to end.</summary>
    public bool IsFault =>
        From == BfdState.Up && Cause is BfdCause.DetectionTimeExpired or BfdCause.PeerDown;
}
