using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.Dataplane;

/// <summary>Every destination by the same next hop.</summary>
internal sealed class FixedNextHop(NextHop hop) : INextHops
{
    /// <inheritdoc/>
    public uint For(uint destinationBe) => 1;

    /// <inheritdoc/>
    public uint Direct(uint addressBe) => 1;

    /// <inheritdoc/>
    public bool TryGet(uint index, out NextHop found)
    {
        found = hop;
        return true;
    }
}
