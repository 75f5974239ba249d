namespace Hyperplane.Mesh.Handshakes;

/// <summary>Decides whether the node that a hello names may be at the other end of a connection.</summary>
internal interface IHandshakeJudge
{
    /// <summary><see cref="MeshRefusal.None"/>, or why not.</summary>
    MeshRefusal Judge(ushort node, ulong start);
}
