using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Admission;

/// <summary>How many flows may begin, and whose: the specification of <c>bpf/admission.h</c>.</summary>
/// <remarks>Asked before the pipeline. Each rate has a bucket. A SYN that is beyond a VIP's or a tenant's, or that
/// comes while the pipeline is crowded, is answered with a challenge unless its source is known; a known source may
/// use another burst of the rate. Who is refused or challenged takes nothing and leaves nothing.</remarks>
internal sealed class FlowAdmission
{
    private const int MaximumSources = 65_536;
    private const int KnownBursts = 2;

    private readonly Dictionary<PacketAddress, LimitedVip> _vips = [];
    private readonly ChallengeSettings _settings;
    private readonly SynChallenge _challenge;
    private readonly PrefixSet _own;
    private readonly Dictionary<(bool IsTenant, uint Id), long> _times = [];
    private readonly Dictionary<(PacketAddress Source, uint Tenant), long> _sources = [];
    private readonly Dictionary<PacketAddress, long> _known = [];
    private long _challengeTimeNs;

    /// <param name="vips">All of them.</param>
    /// <param name="settings">Of the challenges.</param>
    /// <param name="own">A source in them is not challenged.</param>
    public FlowAdmission(IEnumerable<LimitedVip> vips, ChallengeSettings settings, PrefixSet own)
    {
        (_settings, _own) = (settings, own);
        _challenge = new SynChallenge(settings);
        Use(vips);
    }

    /// <summary>Whether a flow is established, so that the XDP program knows its frames.</summary>
    public required Func<FlowKey, bool> IsEstablished { get; init; }

    /// <summary>Whether more than a quarter of the place for half-open flows is taken.</summary>
    public required Func<bool> IsCrowded { get; init; }

    /// <summary>Replaces the VIPs and empties their buckets; known sources stay known.</summary>
    public void Use(IEnumerable<LimitedVip> vips)
    {
        _times.Clear();
        _vips.Clear();
        foreach (LimitedVip vip in vips)
            _vips.Add(vip.Address, vip);
    }

    /// <summary>Judges a frame before the pipeline does.</summary>
    /// <param name="frame">Becomes the answer when it is challenged.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="answerBytes">Length of the answer; 0 for none.</param>
    /// <returns>Null when it may go on; <see cref="PacketCounter.Challenged"/>,
    /// <see cref="PacketCounter.ChallengePassed"/>, or the reason of its drop.</returns>
    public PacketCounter? Judge(Span<byte> frame, long nowNs, out int answerBytes)
    {
        answerBytes = 0;
        if (!TryRead(frame, out FlowKey key, out TcpFlags flags)
            || !_vips.TryGetValue(key.Destination, out LimitedVip? vip))
            return null;
        if (key.Protocol == (uint)IpProtocol.Udp)
            return IsEstablished(key) ? null : Admit(vip, key, isSyn: false, nowNs);
        if ((flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) == TcpFlags.Rst)
            return Passed(frame, nowNs);
        if ((flags & (TcpFlags.Syn | TcpFlags.Ack)) != TcpFlags.Syn)
            return null;
        PacketCounter? verdict = Admit(vip, key, isSyn: true, nowNs);
        return verdict == PacketCounter.Challenged ? Challenge(frame, vip, nowNs, out answerBytes) : verdict;
    }

    /// <summary>A host has its whole /64 to choose from.</summary>
    private static PacketAddress SourceOf(in PacketAddress address) =>
        address.IsIpv4 ? address : new PacketAddress(address.First, 0);

    private static bool TryRead(ReadOnlySpan<byte> frame, out FlowKey key, out TcpFlags flags)
    {
        (key, flags) = (default, TcpFlags.None);
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok
            || ip.IsFragment)
            return false;
        if (ip.Protocol == (byte)IpProtocol.Udp && UdpView.TryRead(ip.Payload, out UdpView udp) == ParseVerdict.Ok)
        {
            key = new FlowKey(ip.Source, ip.Destination, udp.SourcePortBe, udp.DestinationPortBe, ip.Protocol);
            return true;
        }
        if (ip.Protocol != (byte)IpProtocol.Tcp || TcpView.TryRead(ip.Payload, out TcpView tcp) != ParseVerdict.Ok)
            return false;
        key = new FlowKey(ip.Source, ip.Destination, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
        flags = tcp.Flags;
        return true;
    }

    /// <summary>Null, the reason of a refusal, or that the source is to be challenged.</summary>
    private PacketCounter? Admit(LimitedVip vip, in FlowKey key, bool isSyn, long nowNs)
    {
        AdmissionModel? limits = vip.Limits;
        PacketAddress source = SourceOf(key.Source);
        (PacketAddress, uint) place = (source, limits?.TenantId ?? 0);
        long sourceCostNs = LeakyBucket.Cost(limits?.PerSource ?? 0, vip.Sharers);
        if (_sources.TryGetValue(place, out long sourceNs)
            && !LeakyBucket.HasRoom(sourceNs, sourceCostNs, bursts: 1, nowNs))
            return PacketCounter.DropSourceRate;
        PacketCounter? beyond = Beyond(vip, bursts: 1, nowNs);
        if (isSyn && _settings.CostNs != 0 && (beyond is not null || IsCrowded()))
        {
            if (_known.GetValueOrDefault(source) <= nowNs)
                return PacketCounter.Challenged;
            beyond = Beyond(vip, KnownBursts, nowNs);
        }
        if (beyond is not null || limits is null)
            return beyond;
        if (_sources.Count >= MaximumSources)
            _sources.Clear();
        if (sourceCostNs != 0)
            _sources[place] = LeakyBucket.Take(sourceNs, sourceCostNs, nowNs);
        Take((false, vip.Id), LeakyBucket.Cost(limits.PerVip, vip.Sharers), nowNs);
        Take((true, limits.TenantId), LeakyBucket.Cost(limits.PerTenant, vip.Sharers), nowNs);
        return null;
    }

    /// <summary>The rate that has no room for one more; null for none.</summary>
    private PacketCounter? Beyond(LimitedVip vip, int bursts, long nowNs)
    {
        if (vip.Limits is not { } limits)
            return null;
        long vipNs = _times.GetValueOrDefault((false, vip.Id));
        if (!LeakyBucket.HasRoom(vipNs, LeakyBucket.Cost(limits.PerVip, vip.Sharers), bursts, nowNs))
            return PacketCounter.DropVipRate;
        long tenantNs = _times.GetValueOrDefault((true, limits.TenantId));
        return LeakyBucket.HasRoom(tenantNs, LeakyBucket.Cost(limits.PerTenant, vip.Sharers), bursts, nowNs)
            ? null
            : PacketCounter.DropTenantRate;
    }

    private void Take((bool, uint) place, long costNs, long nowNs)
    {
        if (costNs != 0)
            _times[place] = LeakyBucket.Take(_times.GetValueOrDefault(place), costNs, nowNs);
    }

    /// <summary>Answers a SYN; one that cannot be answered is refused when it is beyond a rate.</summary>
    private PacketCounter? Challenge(Span<byte> frame, LimitedVip vip, long nowNs, out int answerBytes)
    {
        answerBytes = 0;
        PacketCounter? beyond = Beyond(vip, bursts: 1, nowNs);
        if (!SynChallenge.TryRead(frame, out FlowKey key, out TcpView syn)
            || (syn.Flags & (TcpFlags.Fin | TcpFlags.Rst)) != TcpFlags.None
            || _own.Contains(key.Source) || IsEstablished(key))
            return beyond;
        if (!LeakyBucket.HasRoom(_challengeTimeNs, _settings.CostNs, bursts: 1, nowNs))
            return beyond is null ? null : PacketCounter.DropChallengeRate;
        _challengeTimeNs = LeakyBucket.Take(_challengeTimeNs, _settings.CostNs, nowNs);
        answerBytes = _challenge.Write(frame, nowNs);
        return PacketCounter.Challenged;
    }

    private PacketCounter? Passed(ReadOnlySpan<byte> frame, long nowNs)
    {
        if (_settings.CostNs == 0
            || !SynChallenge.TryRead(frame, out FlowKey key, out TcpView reset)
            || !_challenge.IsAnsweredBy(key, reset.Sequence, nowNs))
            return null;
        if (_known.Count >= MaximumSources)
            _known.Clear();
        _known[SourceOf(key.Source)] = nowNs + _settings.KnownNs;
        return PacketCounter.ChallengePassed;
    }
}
