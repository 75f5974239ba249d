using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Nobody watches.</summary>
internal sealed class NoHeartbeat : IHeartbeat
{
    public void Beat(long nowNs)
    {
        // See above.
    }
}
