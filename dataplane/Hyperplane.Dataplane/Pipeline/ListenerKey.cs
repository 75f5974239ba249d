using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Names a listener, or an address alone; the default is neither.</summary>
/// <param name="Address">The VIP.</param>
/// <param name="Place">Port and protocol, or <see cref="Alone"/>.</param>
internal readonly record struct ListenerKey(PacketAddress Address, uint Place)
{
    private const uint Alone = 1u << 31;

    /// <summary>Of a listener, its port in network order.</summary>
    public ListenerKey(in PacketAddress address, ushort portBe, IpProtocol protocol)
        : this(address, portBe | ((uint)protocol << 16))
    {
    }

    /// <summary>Whether nothing has this key.</summary>
    public bool IsNone => Place == 0;

    /// <summary>Where in a table it would rather stand.</summary>
    public uint Hash => (uint)FlowHash.Of(Place, FlowHash.Of(Address, 0));

    /// <summary>Of the listener that a client's frame is for.</summary>
    public static ListenerKey Of(in FlowKey key) =>
        new(key.Destination, key.DestinationPortBe, (IpProtocol)key.Protocol);

    /// <summary>Of an address alone.</summary>
    public static ListenerKey Of(in PacketAddress address) => new(address, Alone);
}
