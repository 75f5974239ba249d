using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Flows;

/// <summary>The key of an IPv4 frame, packed: as tables and the XDP program's flow map keep it.</summary>
/// <remarks>16 bytes, <c>struct flow_key4</c> in <c>bpf/hyperplane.h</c>. Addresses and ports in network order, as in
/// the frame.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
public readonly record struct FlowKey4(
    uint SourceBe, uint DestinationBe, ushort SourcePortBe, ushort DestinationPortBe, uint Protocol)
{
    /// <summary>Packs a key that is <see cref="FlowKey.IsIpv4"/>.</summary>
    public static FlowKey4 Of(in FlowKey key) => new(
        key.Source.Ipv4Be, key.Destination.Ipv4Be, key.SourcePortBe, key.DestinationPortBe, key.Protocol);

    /// <summary>Unpacks it.</summary>
    public FlowKey ToKey() => new(SourceBe, DestinationBe, SourcePortBe, DestinationPortBe, Protocol);
}
