using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>How many flows may begin, in a capture's time: what <c>bpf/admission.h</c> does in the kernel's.</summary>
/// <remarks>Leaky buckets, each the time at which it is empty again. Asked before the pipeline, by both engines, for
/// what may open a flow; a datagram of an established flow does not.</remarks>
internal sealed class NewFlowLimits(HpdpConfig config)
{
    private const long SecondNs = 1_000_000_000;
    private const long BurstNs = 100_000_000;
    private const int MaximumSources = 65_536;

    private readonly Dictionary<PacketAddress, (uint Id, NewFlowsConfig Limits)> _vips = config.Vips
        .Where(vip => vip.NewFlows is not null)
        .ToDictionary(vip => PacketAddress.Of(vip.Address), vip => (vip.Id, vip.NewFlows!));

    private readonly Dictionary<(bool IsTenant, uint Id), long> _times = [];
    private readonly Dictionary<(ulong, ulong, uint Tenant), long> _sources = [];

    /// <summary>Null, or the limit that a frame is beyond.</summary>
    public PacketCounter? Refuses(ReadOnlySpan<byte> frame, FlowTable flows, long nowNs)
    {
        if (_vips.Count == 0
            || !FrameKey.TryRead(frame, out FlowKey key)
            || !_vips.TryGetValue(key.Destination, out (uint Id, NewFlowsConfig Limits) vip)
            || !MayOpen(frame, key, flows))
            return null;
        NewFlowsConfig limits = vip.Limits;
        if (_sources.Count >= MaximumSources)
            _sources.Clear();
        PacketAddress source = key.Source;
        (ulong, ulong, uint) place = (source.First, source.IsIpv4 ? source.Last : 0, limits.Tenant);
        if (!IsWithin(_sources, place, limits.PerSource, limits.Nodes, nowNs))
            return PacketCounter.DropSourceRate;
        if (!IsWithin(_times, (false, vip.Id), limits.PerVip, limits.Nodes, nowNs))
            return PacketCounter.DropVipRate;
        return IsWithin(_times, (true, limits.Tenant), limits.PerTenant, limits.Nodes, nowNs)
            ? null
            : PacketCounter.DropTenantRate;
    }

    private static bool MayOpen(ReadOnlySpan<byte> frame, in FlowKey key, FlowTable flows)
    {
        EthernetView.TryRead(frame, out EthernetView ethernet);
        IpView.TryRead(ethernet, out IpView ip);
        if (ip.Protocol == (byte)IpProtocol.Tcp)
            return TcpView.TryRead(ip.Payload, out TcpView tcp) == ParseVerdict.Ok
                && (tcp.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
        if (ip.Protocol != (byte)IpProtocol.Udp)
            return false;
        int slot = flows.Find(key, out _);
        return slot == FlowTable.None || flows.Columns.State[slot] != FlowState.Established;
    }

    private static bool IsWithin<TKey>(Dictionary<TKey, long> times, TKey key, uint perSecond, int nodes, long nowNs)
        where TKey : notnull
    {
        if (perSecond == 0)
            return true;
        long costNs = Math.Max(1, SecondNs * nodes / perSecond);
        long nextNs = Math.Max(times.GetValueOrDefault(key), nowNs) + costNs;
        if (nextNs > nowNs + Math.Max(costNs, BurstNs))
            return false;
        times[key] = nextNs;
        return true;
    }
}
