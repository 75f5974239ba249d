using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>ICMP errors about packets that this node put into tunnels to targets: too long for the path (RFC 2003,
/// section 4; RFC 2473, section 8).</summary>
/// <remarks>The path's limit is kept, so that longer packets are refused here from now on; who sent the packet inside
/// is told at once where the error quotes it as far as its ports. Whoever forges such an error has to name this end of
/// the tunnel and a target, and a flow between them where a packet inside is quoted.</remarks>
internal sealed class TunnelErrors(PacketPipeline pipeline, FrameForwarder forwarder)
{
    /// <summary>Takes an error to a tunnel's source.</summary>
    /// <returns><see cref="PacketCounter.PathMtuLearned"/>; or what <see cref="PacketPipeline.Process"/> may
    /// return.</returns>
    public PacketCounter Take(Span<byte> frame, in IpView ip, in IcmpView icmp, ModelTables tables, long nowNs)
    {
        if (!QuotedTunnelView.TryRead(icmp, ip.IsIpv4, out QuotedTunnelView quoted) || quoted.Source != ip.Destination
            || !icmp.HasRightChecksum)
            return PacketCounter.DropIcmp;
        PathMtus paths = pipeline.Wrapping.PathMtus;
        if (!quoted.TryReadInner(out int headersBytes, out bool isIpv4, out EmbeddedView inner))
        {
            return tables.IsTunnelEnd(quoted.Destination) && paths.TryLearn(quoted, nowNs, out _)
                ? PacketCounter.PathMtuLearned
                : PacketCounter.DropIcmp;
        }
        FlowKey key = inner.Key;
        if (pipeline.HandOver is { } handOver && !handOver.IsHome(key))
            return PacketCounter.HandedOver;
        int slot = pipeline.FindLive(key, nowNs, out FlowSide side);
        // Where the source varies inside a prefix, routers bring errors to any node of the cell.
        if (slot == FlowTable.None && pipeline.Shared is { } shared && !tables.TunnelSources.IsOwn(ip.Destination))
            return shared.Miss(frame, key, isTcpOpening: false, nowNs) ?? PacketCounter.DropIcmp;
        FlowColumns columns = pipeline.Flows.Columns;
        if (slot == FlowTable.None || side != FlowSide.Client || !columns.IsDirect(slot)
            || columns.Reverse[slot].Source != quoted.Destination
            || !paths.TryLearn(quoted, nowNs, out int mtuBytes))
            return PacketCounter.DropIcmp;
        int at = EthernetView.HeaderBytes + ip.HeaderBytes + IcmpView.HeaderBytes + headersBytes;
        if (forwarder.TryResolve(slot, FlowSide.Target, out _, out NextHop hop))
            pipeline.Wrapping.TooBig.NoteQuoted(at, isIpv4, hop, mtuBytes - headersBytes, nowNs);
        return PacketCounter.PathMtuLearned;
    }
}
