using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Two next hops: 0 towards clients, 1 towards 10.0.0.0/8; each can be made unresolved. Hosts 172.16.0.x are
/// on the same subnet, next hop x.</summary>
internal sealed class FixedNextHops : INextHops
{
    public const int Hops = 16;

    public bool[] Resolved { get; } = [.. Enumerable.Repeat(true, Hops)];

    public uint For(in PacketAddress destination) => (byte)destination.Ipv4Be == 10 ? 1u : 0u;

    public uint Direct(in PacketAddress address) =>
        (address.Ipv4Be & 0xffffff) == 0x0010ac ? address.Ipv4Be >> 24 : 0;

    public bool TryGet(uint index, out NextHop hop)
    {
        hop = new NextHop(0x0a00_0000_0000UL + index, 0x0b00_0000_0000UL + index, index + 1, 1);
        return index < Hops && Resolved[index];
    }
}
