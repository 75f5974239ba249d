using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Flows;

/// <summary>A FIN that the flow cache forwarded.</summary>
/// <remarks>48 bytes, <c>struct flow_fin</c> in <c>bpf/hyperplane.h</c>; the numbers in host order.</remarks>
/// <param name="Key">Of the frame as it came: it names flow and side.</param>
/// <param name="SequenceEnd">The number after the segment, its FIN counted.</param>
/// <param name="Acknowledgement">What the sender expects next.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 48)]
public readonly record struct FlowFin(FlowKey Key, uint SequenceEnd, uint Acknowledgement);
