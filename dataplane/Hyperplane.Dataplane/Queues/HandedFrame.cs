using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Queues;

/// <summary>A frame on its way to another pipeline, in memory of that pipeline's.</summary>
/// <param name="Frame">Where it lies.</param>
/// <param name="IsFragment">Whether it is a fragment whose flow is known.</param>
/// <param name="IsFragmentHome">Of a fragment: whether this node is where the packet's fragments meet.</param>
/// <param name="Flow">Of a fragment: its flow's key.</param>
internal readonly record struct HandedFrame(FrameSlot Frame, bool IsFragment, bool IsFragmentHome, FlowKey Flow);
