using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Brings the fragments of a packet together at one node, whichever nodes routers sent them to.</summary>
/// <remarks>Only the first fragment has ports, and routers send the others by addresses alone. So every node sends
/// fragments to their home, the same for all: the highest hash of packet and node over the living nodes. A node's own
/// source address leads to that node alone, so it is the home of what is sent there. The home waits for the first one
/// and knows the flow of all: its own, or another node's, to which it relays them. That node waits for the first one
/// again: order is not kept. Inside a node they meet at one pipeline in the same way, which tells the flow's pipeline
/// what it knows; that one remembers it.</remarks>
internal sealed class Fragments(PeerRelay relay, FrameWrapping wrapping, ushort ownNode, ulong seed)
{
    private const int None = -1;

    private readonly FragmentTable _table = new(seed);
    private int _row = None;

    /// <summary>Packets that are remembered.</summary>
    public int Count => _table.Count;

    /// <summary>Finds the flow of a fragment; null when it is known, otherwise the fragment's verdict.</summary>
    /// <param name="frame">A fragment of TCP or UDP.</param>
    /// <param name="ip">Its header.</param>
    /// <param name="isForUs">To a source address of this node: routers bring all of them here, and the flow may be too
    /// young to be known elsewhere.</param>
    /// <param name="peers">The other nodes.</param>
    /// <param name="wasKept">Whether it was judged here before.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="key">The flow's key.</param>
    /// <param name="isHome">Whether this node is the home: its frames may come from peers, and be relayed.</param>
    public PacketCounter? Judge(
        Span<byte> frame, in IpView ip, bool isForUs, PeerTable peers, bool wasKept, long nowNs, out FlowKey key,
        out bool isHome)
    {
        FlowKey packet = PacketOf(ip);
        key = default;
        ushort home = isForUs ? ownNode : peers.HomeOf(packet, ownNode);
        isHome = home == ownNode;
        EthernetView.TryRead(frame, out EthernetView ethernet);
        if (!isHome && peers.FindByMac(ethernet.SourceMac) == 0)
            return relay.Send(frame, peers, home, packet, nowNs);
        if (wrapping.HandOver is { } handOver && !handOver.IsHome(packet))
            return wasKept && _table.TryFindFlow(packet, out key) ? null : PacketCounter.HandedOver;
        bool isFirst = ip.FragmentOffsetBytes == 0;
        int least = ip.Protocol == (byte)IpProtocol.Udp ? UdpView.HeaderBytes : TcpView.MinimumHeaderBytes;
        if (isFirst && ip.Payload.Length < least)
            return PacketCounter.DropFragment;
        int row = _table.FindOrAdd(packet, nowNs);
        if (row == None)
            return PacketCounter.DropParkFull;
        if (isFirst)
            _table.Learn(row, KeyOf(ip));
        if (_table.TryGetFlow(row, out key))
            return null;
        if (!_table.HasRoomAt(row))
            return PacketCounter.DropParkFull;
        _row = row;
        return PacketCounter.Parked;
    }

    /// <summary>Notes what another pipeline knows of a packet; false when there is no room.</summary>
    public bool TryLearn(in IpView ip, in FlowKey flow, long nowNs)
    {
        int row = _table.FindOrAdd(PacketOf(ip), nowNs);
        if (row != None)
            _table.Learn(row, flow);
        return row != None;
    }

    /// <summary>Keeps the fragment that was just judged parked; false when none was.</summary>
    public bool TryPark(FrameSlot frame)
    {
        if (_row == None)
            return false;
        _table.Park(_row, frame);
        _row = None;
        return true;
    }

    /// <summary>Takes a fragment whose flow is known by now.</summary>
    public bool TryTakeReady(out FrameSlot frame) => _table.TryTakeReady(out frame);

    /// <summary>Takes a fragment whose first one did not come in time.</summary>
    public bool TryTakeOverdue(long nowNs, out FrameSlot frame) => _table.TryTakeOverdue(nowNs, out frame);

    private static FlowKey PacketOf(in IpView ip) => new(
        ip.Source, ip.Destination, (ushort)ip.Identification, (ushort)(ip.Identification >> 16), ip.Protocol);

    private static FlowKey KeyOf(in IpView ip) => new(
        ip.Source, ip.Destination,
        System.Runtime.InteropServices.MemoryMarshal.Read<ushort>(ip.Payload),
        System.Runtime.InteropServices.MemoryMarshal.Read<ushort>(ip.Payload[2..]), ip.Protocol);
}
