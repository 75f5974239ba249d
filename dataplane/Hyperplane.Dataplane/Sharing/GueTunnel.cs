using System.Buffers.Binary;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Frames to and from nodes that are not on this node's subnet: Generic UDP Encapsulation.</summary>
/// <remarks>A frame that arrives by the tunnel gets an Ethernet header whose source stands for the node that sent it,
/// so that the rules for relayed frames hold for it too. Somebody on the fabric who forges such a source is a node that
/// relays, and gains nothing.</remarks>
internal sealed class GueTunnel(TunnelEnd end, Encapsulator encapsulator)
{
    /// <summary>A locally administered MAC address whose last two bytes are a node id.</summary>
    private const ulong NodeMac = 0x0000_4755_4702;
    private const ulong NodeMacMask = 0x0000_ffff_ffff;
    private const int NodeShift = 32;

    /// <summary>The node whose frames a MAC address stands for, or 0.</summary>
    public static ushort NodeOf(ulong mac) => (mac & NodeMacMask) == NodeMac ? (ushort)(mac >> NodeShift) : (ushort)0;

    /// <summary>Notes where the frame at hand shall go; <see cref="PacketCounter.Tunnelled"/>, or why it
    /// cannot.</summary>
    public PacketCounter Address(
        in NextHop hop, uint peerBe, in FlowKey key, ReadOnlySpan<byte> frame, long nowNs)
    {
        var to = new Encapsulation(
            GueHeader.Path, hop, new PacketAddress(end.AddressBe), new PacketAddress(peerBe),
            GueHeader.SourcePort(key));
        return encapsulator.TryNote(to, frame, end.MtuBytes, nowNs)
            ? PacketCounter.Tunnelled
            : PacketCounter.DropTunnelMtu;
    }

    /// <summary>Unwraps a frame that came by the tunnel; others stay as they are.</summary>
    /// <returns>Null when the frame may be judged; otherwise why it may not.</returns>
    public PacketCounter? Open(IFrameIo io, PeerTable peers, ref FrameSlot frame)
    {
        Span<byte> bytes = io.Bytes(frame);
        if (EthernetView.TryRead(bytes, out EthernetView ethernet) != ParseVerdict.Ok
            || ethernet.EtherType != EthernetView.Ipv4
            || Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) != ParseVerdict.Ok
            || !GueHeader.IsFor(ip, end.AddressBe))
            return null;
        ushort node = peers.FindByAddress(ip.SourceBe);
        ushort etherType = GueHeader.Inner(ip);
        int innerBytes = ip.TotalBytes - GueHeader.Bytes;
        if (node == 0 || etherType == 0 || innerBytes < IpHeader.Bytes(etherType == EthernetView.Ipv4))
            return PacketCounter.DropTunnel;
        frame = new FrameSlot(frame.Offset + GueHeader.Bytes, EthernetView.HeaderBytes + innerBytes);
        bytes = io.Bytes(frame);
        FrameRewriter.WriteEthernet(bytes, new NextHop(0, NodeMac | ((ulong)node << NodeShift), 0, 1));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], etherType);
        return null;
    }
}
