using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Begins flows: finds the listener, asks its lists, finds target and source port.</summary>
internal sealed class FlowCreator(
    FlowTable table, FlowLifecycle flows, SnatPorts ports, INextHops nextHops, PipelineCounters counters)
{
    private readonly FlowColumns _columns = table.Columns;

    /// <summary>The tables in use.</summary>
    public ModelTables Tables { get; set; } = ModelTables.Empty;

    /// <summary>Begins the flow of a frame that has none.</summary>
    /// <param name="key">The frame's.</param>
    /// <param name="mayOpen">Whether such a frame opens a flow.</param>
    /// <param name="state">Of the new flow.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="slot">The flow.</param>
    /// <returns><see cref="PacketCounter.Forwarded"/> when it began; otherwise why not.</returns>
    public PacketCounter Create(in FlowKey key, bool mayOpen, FlowState state, long nowNs, out int slot)
    {
        slot = FlowTable.None;
        if (!Tables.TryFindListener(key, out ListenerEntry listener))
            return Tables.WhyNoListener(key.Destination);
        if (!mayOpen)
            return PacketCounter.DropNoFlow;
        // A forged VIP would have two listeners answer each other for ever.
        if (!key.Source.MayBeHost || Tables.IsVip(key.Source))
            return PacketCounter.DropMalformed;
        if (listener.Sources is { } sources && !sources.Admit(key.Source))
            return PacketCounter.DropNotAllowed;
        if (!table.HasRoom(state == FlowState.SynSeen ? FlowPool.HalfOpen : FlowPool.Unconfirmed))
            return PacketCounter.DropHalfOpenFull;
        if (!flows.CanEstablish)
            return PacketCounter.DropFlowTableFull;
        if (listener.Groups.Of(key) is not { } group
            || !group.TrySelect(key, counters.Targets, out TargetChoice target))
            return PacketCounter.DropNoTarget;
        FlowKey translation;
        if (target.Tunnel is { } tunnel)
        {
            if (target.Address == key.Source)
                return PacketCounter.DropHairpin;
            translation = tunnel.To(target.Address, key.Protocol);
        }
        else if (!ports.TryTake(key, target.Address, target.PortBe, out translation))
            return PacketCounter.DropNoPort;

        slot = flows.Create(key, translation, listener, target, state, nowNs);
        if (group.SendsHeader && state == FlowState.SynSeen)
            flows.ExpectHeader(slot, key, sequence: 0);
        _columns.NextHopToTarget[slot] = (ushort)nextHops.For(target.Address);
        _columns.NextHopToClient[slot] = (ushort)nextHops.For(key.Source);
        return PacketCounter.Forwarded;
    }
}
