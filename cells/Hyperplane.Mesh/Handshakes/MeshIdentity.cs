namespace Hyperplane.Mesh.Handshakes;

/// <summary>What a node says and knows in a handshake.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="NodeId">This node.</param>
/// <param name="Start">Its incarnation.</param>
/// <param name="Key">The cell's key.</param>
internal sealed record MeshIdentity(string Cell, ushort NodeId, ulong Start, ReadOnlyMemory<byte> Key)
{
    public override string ToString() => $"{Cell}/{NodeId}";
}
