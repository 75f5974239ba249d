using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Nobody watches whether a replay lives.</summary>
internal sealed class NoHeartbeat : IHeartbeat
{
    /// <inheritdoc/>
    public void Beat(long nowNs)
    {
        // Nobody is told.
    }
}
