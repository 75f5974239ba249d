namespace Hyperplane.Dataplane.Sharing;

/// <summary>This node's end of the tunnels to nodes that are not on its subnet.</summary>
/// <param name="AddressBe">Its address on the fabric, network order.</param>
/// <param name="MtuBytes">The longest packet the fabric carries.</param>
public readonly record struct TunnelEnd(uint AddressBe, int MtuBytes);
