using Hyperplane.Mesh.Handshakes;

namespace Hyperplane.Mesh.Tests.Handshakes;

/// <summary>Lets every node in.</summary>
internal sealed class AnyNode : IHandshakeJudge
{
    public static readonly AnyNode Instance = new();

    public MeshRefusal Judge(ushort node, ulong start) => MeshRefusal.None;
}
