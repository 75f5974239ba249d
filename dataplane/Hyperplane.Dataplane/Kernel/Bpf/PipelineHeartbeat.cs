using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>One pipeline thread's place among the <see cref="Heartbeats"/>.</summary>
internal sealed class PipelineHeartbeat(Heartbeats heartbeats, int pipeline) : IHeartbeat
{
    /// <inheritdoc/>
    public void Beat(long nowNs) => heartbeats.Beat(pipeline, nowNs);

    /// <inheritdoc/>
    public void Tell(bool isCrowded) => heartbeats.Tell(pipeline, isCrowded);
}
