using System.Net;

namespace Hyperplane.Dataplane.Directory;

/// <summary>Another node of the cell, as the packet path must know it.</summary>
/// <param name="NodeId">1 to 65535.</param>
/// <param name="Address">On the fabric.</param>
/// <param name="Start">Its running incarnation; 0 while none is known.</param>
/// <param name="IsAlive">Frames may be relayed to it; false makes every relay entry of this node a miss.</param>
public sealed record PeerNode(ushort NodeId, IPAddress Address, ulong Start, bool IsAlive);
