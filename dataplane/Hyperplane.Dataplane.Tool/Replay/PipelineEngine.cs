using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Every frame of ours through the pipeline in C#, nothing cached.</summary>
internal sealed class PipelineEngine(HpdpConfig config) : IReplayEngine
{
    private readonly OwnFrames _own = new(config);

    /// <inheritdoc/>
    public ReplayNode Node { get; } = new(
        config, ConfigNextHops.Create(config, static (_, _) => { }), new NoCache());

    /// <inheritdoc/>
    public long? ForwardedByProgram => null;

    /// <inheritdoc/>
    public PacketCounter Judge(ReadOnlySpan<byte> frame, FrameSink sink) =>
        _own.WhyPassed(frame) is null ? Node.Run(frame, sink) : PacketCounter.Passed;

    /// <inheritdoc/>
    public void Dispose() => Node.Dispose();
}
