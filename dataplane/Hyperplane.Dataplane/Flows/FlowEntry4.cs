using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>The entry of an IPv4 flow, packed: as the XDP program's flow map keeps it.</summary>
/// <remarks>32 bytes, <c>struct flow_entry4</c> in <c>bpf/hyperplane.h</c>; the members are those of
/// <see cref="FlowEntry"/>.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 32)]
public readonly record struct FlowEntry4(
    uint SourceBe, uint DestinationBe, ushort SourcePortBe, ushort DestinationPortBe, ushort IpChecksumDelta,
    ushort L4ChecksumDelta, uint Route, uint LastSeen, uint Owner, uint AcknowledgementBe)
{
    /// <summary>Packs an entry whose addresses are IPv4.</summary>
    public static FlowEntry4 Of(in FlowEntry entry) => new(
        entry.Source.Ipv4Be, entry.Destination.Ipv4Be, entry.SourcePortBe, entry.DestinationPortBe,
        entry.IpChecksumDelta, entry.L4ChecksumDelta, entry.Route, entry.LastSeen, entry.Owner,
        entry.AcknowledgementBe);

    /// <summary>Unpacks it.</summary>
    public FlowEntry ToEntry() => new()
    {
        Source = new PacketAddress(SourceBe),
        Destination = new PacketAddress(DestinationBe),
        SourcePortBe = SourcePortBe,
        DestinationPortBe = DestinationPortBe,
        IpChecksumDelta = IpChecksumDelta,
        L4ChecksumDelta = L4ChecksumDelta,
        Route = Route,
        LastSeen = LastSeen,
        Owner = Owner,
        AcknowledgementBe = AcknowledgementBe,
    };
}
