using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>One of the two ways to judge a frame.</summary>
internal interface IReplayEngine : IDisposable
{
    /// <summary>The node behind it: its flows, its time.</summary>
    ReplayNode Node { get; }

    /// <summary>Frames that the XDP program forwarded without asking the pipeline; null when there is none.</summary>
    long? ForwardedByProgram { get; }

    /// <summary>Judges one frame at the node's time: <see cref="PacketCounter.Passed"/>,
    /// <see cref="PacketCounter.Forwarded"/> or the reason of its drop.</summary>
    /// <param name="frame">At most <see cref="ReplayNode.LongestFrameBytes"/>.</param>
    /// <param name="sink">Given what the node sends.</param>
    PacketCounter Judge(ReadOnlySpan<byte> frame, FrameSink sink);
}
