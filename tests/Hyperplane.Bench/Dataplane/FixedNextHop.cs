using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.Dataplane;

/// <summary>Every destination by the same next hop.</summary>
internal sealed class FixedNextHop(NextHop hop) : INextHops
{
    /// <inheritdoc/>
    public uint For(in PacketAddress destination) => 1;

    /// <inheritdoc/>
    public uint Direct(in PacketAddress address) => 1;

    /// <inheritdoc/>
    public bool TryGet(uint index, out NextHop found)
    {
        found = hop;
        return true;
    }
}
