using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>What a frame carries that names its flow, in one direction.</summary>
/// <remarks>40 bytes, <c>struct flow_key6</c> in <c>bpf/hyperplane.h</c>. Ports in network order. Both addresses are of
/// one family: the frame's. A flow has two keys, (client, VIP) and (target, SNAT address), and they need not be of the
/// same family.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 40)]
public readonly record struct FlowKey(
    PacketAddress Source, PacketAddress Destination, ushort SourcePortBe, ushort DestinationPortBe, uint Protocol)
{
    /// <summary>Of an IPv4 frame, all in network order.</summary>
    public FlowKey(uint sourceBe, uint destinationBe, ushort sourcePortBe, ushort destinationPortBe, uint protocol)
        : this(new PacketAddress(sourceBe), new PacketAddress(destinationBe), sourcePortBe, destinationPortBe, protocol)
    {
    }

    /// <summary>Whether it is of an IPv4 frame.</summary>
    public bool IsIpv4 => Source.IsIpv4 && Destination.IsIpv4;

    /// <summary>The key of a frame that goes the other way.</summary>
    public FlowKey Opposite() => new(Destination, Source, DestinationPortBe, SourcePortBe, Protocol);
}
