using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The Ethernet next hops of this node: gateways and hosts on the same subnet.</summary>
/// <remarks>Called on the packet path: neither call waits or allocates. An index, once given, keeps its meaning while a
/// flow may use it; the XDP program's next-hop array has the same indices.</remarks>
public interface INextHops
{
    /// <summary>The index of the next hop towards an address ; asks for its MAC when that is not known
    /// yet.</summary>
    uint For(in PacketAddress destination);

    /// <summary>The index of a host on the same subnet; 0 when it is not on it.</summary>
    uint Direct(in PacketAddress address);

    /// <summary>Reads a next hop; false while its MAC address is not known.</summary>
    bool TryGet(uint index, out NextHop hop);
}
