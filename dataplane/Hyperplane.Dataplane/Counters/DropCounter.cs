using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Counters;

/// <summary>Counts dropped frames, and resets that answer them, by the listener that they were for.</summary>
/// <remarks>A frame that is dropped is as it came: the listener is the one it is addressed to, or that of the flow
/// which it comes back on. Fragments, ICMP and what is no packet are nobody's.</remarks>
internal sealed class DropCounter(FlowTable table, FlowCounterTable listeners)
{
    /// <summary>The tables in use.</summary>
    public ModelTables Tables { get; set; } = ModelTables.Empty;

    /// <summary>Counts a frame that ends by this verdict, if that is one of <see cref="ListenerDrops"/>.</summary>
    public void Count(ReadOnlySpan<byte> frame, PacketCounter verdict)
    {
        if (ListenerDrops.Column(verdict) >= 0)
            Count(SlotOf(frame), verdict);
    }

    /// <summary>The same of a frame whose listener has this slot.</summary>
    public void Count(int slot, PacketCounter verdict)
    {
        int column = ListenerDrops.Column(verdict);
        if (slot >= 0 && column >= 0)
            listeners.Drops(slot)[column]++;
    }

    /// <summary>Counts a reset that answers a frame of a listener.</summary>
    public void CountReset(int slot) => listeners.Resets(slot).Own++;

    /// <summary>The counter slot of a frame's listener; -1 when it has none.</summary>
    public int SlotOf(ReadOnlySpan<byte> frame)
    {
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok || ip.IsFragment
            || !TryReadKey(ip, out FlowKey key))
            return -1;
        if (Tables.TryFindListener(key, out ListenerEntry listener))
            return listener.Slot;
        int flow = table.Find(key, out FlowSide side);
        return flow != FlowTable.None && side == FlowSide.Target ? table.Columns.Listener[flow] : -1;
    }

    private static bool TryReadKey(in IpView ip, out FlowKey key)
    {
        key = default;
        if (ip.Protocol == (byte)IpProtocol.Tcp && TcpView.TryRead(ip.Payload, out TcpView tcp) == ParseVerdict.Ok)
        {
            key = new FlowKey(ip.Source, ip.Destination, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
            return true;
        }
        if (ip.Protocol != (byte)IpProtocol.Udp || UdpView.TryRead(ip.Payload, out UdpView udp) != ParseVerdict.Ok)
            return false;
        key = new FlowKey(ip.Source, ip.Destination, udp.SourcePortBe, udp.DestinationPortBe, ip.Protocol);
        return true;
    }
}
