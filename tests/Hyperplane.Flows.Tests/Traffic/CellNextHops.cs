using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>The Ethernet side of a simulated node: next hop 1 is the router, next hop 100 + n is node n, which has
/// 172.16.0.n on the same subnet.</summary>
internal sealed class CellNextHops(ushort self) : INextHops
{
    public const ulong RouterMac = 0x0c00_0000_0000;

    private const uint Router = 1;
    private const uint FirstNode = 100;
    private const uint Subnet = 0x0000_10ac;

    public static ulong MacOf(ushort node) => 0x0a00_0000_0000 | (ulong)node;

    /// <summary>The node with a MAC address; 0 when it is none's.</summary>
    public static ushort NodeOf(ulong mac) => mac >> 40 == 0x0a ? (ushort)mac : (ushort)0;

    public uint For(in PacketAddress destination) => Router;

    public uint Direct(in PacketAddress address) =>
        (address.Ipv4Be & 0x00ff_ffff) == Subnet ? FirstNode + (address.Ipv4Be >> 24) : 0;

    public bool TryGet(uint index, out NextHop hop)
    {
        hop = new NextHop(index == Router ? RouterMac : MacOf((ushort)(index - FirstNode)), MacOf(self), 1, 1);
        return index != 0;
    }
}
