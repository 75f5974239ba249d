namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Takes a frame that the node sends.</summary>
/// <param name="frame">Ethernet header first; valid during the call.</param>
/// <param name="timeNs">The node's time.</param>
internal delegate void FrameSink(ReadOnlySpan<byte> frame, long timeNs);
