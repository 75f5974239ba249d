namespace Hyperplane.Mesh;

/// <summary>What logic on the mesh thread may ask of the mesh. Mesh thread only.</summary>
public interface IMeshSender
{
    /// <summary>Queues a copy of a message; it leaves at the end of the turn.</summary>
    /// <param name="node">The receiver.</param>
    /// <param name="type">0..<see cref="MeshHost.MaxType"/>.</param>
    /// <param name="body">0..<see cref="MeshOptions.MaxFrameBytes"/> bytes.</param>
    /// <returns>False when the node is not up, or when its queue is full: then the connection ends with
    /// <see cref="MeshDownReason.Overflow"/>, for the peer must not miss a message unknowingly.</returns>
    /// <exception cref="ArgumentException">The type or the length is out of range.</exception>
    bool TrySend(ushort node, byte type, ReadOnlySpan<byte> body);

    /// <summary>Bytes the node's queue still takes, 0 when it is not up; a message costs its length and up to
    /// <see cref="MeshHost.MessageOverheadBytes"/>.</summary>
    int FreeBytes(ushort node);

    /// <summary>Ends a connection after the present callback; the peer is told the reason if it listens. It is made
    /// anew after the usual pause.</summary>
    void Disconnect(ushort node, MeshDownReason reason);

    /// <summary>Begins a new incarnation of this node, after a gap: every connection ends without a word, as if the
    /// process had died, and is made anew under the new start.</summary>
    /// <param name="start">Greater than the present one.</param>
    void Restart(ulong start);
}
