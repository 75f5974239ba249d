using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Into which tunnel a frame goes.</summary>
/// <param name="Path">The encapsulation.</param>
/// <param name="Hop">Towards the tunnel's other end.</param>
/// <param name="Source">This end.</param>
/// <param name="Destination">The other end, of the same family.</param>
/// <param name="SourcePort">Of the outer datagram; also the flow label.</param>
internal readonly record struct Encapsulation(
    TunnelPath Path, NextHop Hop, PacketAddress Source, PacketAddress Destination, ushort SourcePort)
{
    /// <summary>What it adds to a packet.</summary>
    public int AddedBytes => TunnelHeader.Bytes(Path, Source.IsIpv4);

    /// <summary>As a flow's entry has it.</summary>
    public static Encapsulation Of(in FlowEntry entry, in NextHop hop) =>
        new(entry.Tunnel, hop, entry.Source, entry.Destination, AddressBytes.Be(entry.DestinationPortBe));

    /// <summary>Writes its headers; the frame starts <see cref="AddedBytes"/> before it did.</summary>
    public void Write(Span<byte> frame) =>
        TunnelHeader.Write(frame, Path, Hop, Source, Destination, SourcePort);
}
