using System.Net;

namespace Hyperplane.Mesh;

/// <summary>Another node of the cell.</summary>
/// <param name="NodeId">Its id, unique in the cell.</param>
/// <param name="Address">Where it listens; its connections come from this address, from any port.</param>
public sealed record MeshPeer(ushort NodeId, IPEndPoint Address);
