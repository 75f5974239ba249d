using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.FlowLogs;

/// <summary>What there is to say of a flow that is over.</summary>
/// <param name="Forward">Client to VIP.</param>
/// <param name="Translation">Target to source address, or of a flow in mode <c>dsr</c> its tunnel.</param>
/// <param name="ListenerId">Stable.</param>
/// <param name="TargetId">Stable.</param>
/// <param name="StartNs">When this node had its first frame; CLOCK_MONOTONIC.</param>
/// <param name="LastSeenNs">When this node had its last one, to the millisecond.</param>
/// <param name="Counts">Frames and bytes from client and target.</param>
/// <param name="End">Why it is over.</param>
/// <param name="Marks">What the numbers do not say.</param>
public readonly record struct FlowLogRecord(
    FlowKey Forward, FlowKey Translation, uint ListenerId, uint TargetId, long StartNs, long LastSeenNs,
    FlowCounts Counts, FlowEnd End, FlowLogMarks Marks);
