using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>What is done to the frames of a flow, from what is kept of it.</summary>
/// <param name="columns">The flows.</param>
/// <param name="home">The pipeline that has them.</param>
internal sealed class FlowEntries(FlowColumns columns, int home)
{
    /// <summary>Where tunnels to targets begin.</summary>
    public TunnelSources TunnelSources { get; set; } = ModelTables.Empty.TunnelSources;

    /// <summary>What becomes of frames that come from one side.</summary>
    public FlowEntry Of(int slot, FlowSide side)
    {
        if (columns.IsDirect(slot))
            return TunnelEntry(slot);
        bool fromClient = side == FlowSide.Client;
        FlowKey from = fromClient ? columns.Forward[slot] : columns.Reverse[slot];
        FlowKey other = fromClient ? columns.Reverse[slot] : columns.Forward[slot];
        FlowEntry entry = FrameRewriter.Translate(from, other.Opposite());
        entry.NextHop = fromClient ? columns.NextHopToTarget[slot] : columns.NextHopToClient[slot];
        entry.CounterSlot = ((uint)columns.Listener[slot] * 2) + (uint)side;
        entry.Home = home;
        entry.TargetSlot = columns.Target[slot];
        return entry;
    }

    private FlowEntry TunnelEntry(int slot)
    {
        FlowKey translation = columns.Reverse[slot];
        TunnelPath path = TunnelPath.From(translation);
        ushort port = GueHeader.SourcePort(columns.Forward[slot]);
        return new FlowEntry
        {
            Tunnel = path,
            Source = TunnelSources.Of(path.Kind, translation.Source.IsIpv4, port),
            Destination = translation.Source,
            DestinationPortBe = AddressBytes.Be(port),
            NextHop = columns.NextHopToTarget[slot],
            CounterSlot = (uint)columns.Listener[slot] * 2,
            Home = home,
            TargetSlot = columns.Target[slot],
        };
    }
}
