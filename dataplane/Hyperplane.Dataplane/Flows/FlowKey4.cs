using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Flows;

/// <summary>What a frame carries that names its flow, in one direction; the key of the XDP program's flow
/// map.</summary>
/// <remarks>16 bytes, <c>struct flow_key4</c> in <c>bpf/hyperplane.h</c>. Addresses and ports in network order, as in
/// the frame.
/// The same map holds both directions: (client, VIP) and (target, SNAT address).</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
public readonly record struct FlowKey4(
    uint SourceBe, uint DestinationBe, ushort SourcePortBe, ushort DestinationPortBe, uint Protocol);
