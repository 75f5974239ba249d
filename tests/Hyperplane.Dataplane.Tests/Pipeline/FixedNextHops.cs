using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Two next hops: 0 towards clients, 1 towards 10.0.0.0/8; each can be made unresolved.</summary>
internal sealed class FixedNextHops : INextHops
{
    public bool[] Resolved { get; } = [true, true];

    public uint For(uint destinationBe) => (byte)destinationBe == 10 ? 1u : 0u;

    public bool TryGet(uint index, out NextHop hop)
    {
        hop = new NextHop(0x0a00_0000_0000UL + index, 0x0b00_0000_0000UL + index, index + 1, 1);
        return index < 2 && Resolved[index];
    }
}
