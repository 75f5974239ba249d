using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Queues;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Decides what becomes of a frame to one of our addresses: the specification that XDP caches the verdicts
/// of.</summary>
/// <remarks>Single-threaded, no clock, no I/O; nothing allocates after construction. Order of the checks: Ethernet,
/// IP header, fragment, ICMP, protocol, TTL, TCP or UDP header, flags; then the flow, or a new one; then the next
/// hop. A frame that is dropped is left as it came and changes no flow, but a flow's first frame creates it even while
/// the next hop's MAC is unknown.</remarks>
public sealed class PacketPipeline
{
    private const int FinsPerBatch = 1_024;

    private readonly ushort _nodeId;
    private readonly INextHops _nextHops;
    private readonly FlowTable _table;
    private readonly FlowColumns _columns;
    private readonly FlowLifecycle _flows;
    private readonly FrameForwarder _forwarder;
    private readonly TunnelErrors _tunnelErrors;
    private readonly TcpTracker _tcp;
    private readonly HeaderSender? _headers;
    private readonly FlowSweeper _sweeper;
    private readonly FlowCreator _creator;
    private readonly SnatPorts _ports;
    private readonly FlowPublisher? _publisher;
    private readonly SharedFlows? _shared;
    private readonly IFrameIo? _frames;
    private HandOver? _handOver;
    private ModelTables _tables = ModelTables.Empty;
    private ulong _appliedSequence;

    /// <summary>Takes all memory the pipeline will ever need.</summary>
    /// <param name="options">Capacities, node id and start, and the flow directory's end; of this pipeline alone where
    /// the node has several.</param>
    /// <param name="cache">Where established flows are cached.</param>
    /// <param name="nextHops">The Ethernet side.</param>
    /// <param name="seed">Secret of this start: hash seed of the flow table, first SNAT port.</param>
    /// <param name="ports">First and last SNAT port; null means those of the options.</param>
    /// <param name="frames">Where parked frames stay and frames made here come from; needed with a flow directory, and
    /// for groups with the proxy protocol.</param>
    /// <param name="relayCache">Where relay entries are cached; null for nowhere.</param>
    /// <param name="tunnel">This end of tunnels to nodes off the subnet; null for none.</param>
    /// <param name="mtuBytes">The longest packet that leaves.</param>
    public PacketPipeline(
        DataplaneOptions options, IFlowCache cache, INextHops nextHops, ulong seed,
        (ushort First, ushort Last)? ports = null, IFrameIo? frames = null, IRelayCache? relayCache = null,
        TunnelEnd? tunnel = null, int mtuBytes = 1_500)
    {
        Counters = new PipelineCounters(options.Pipeline);
        _nodeId = options.NodeId;
        _nextHops = nextHops;
        _table = new FlowTable(options.FlowCapacity, options.HalfOpenCapacity, seed);
        _columns = _table.Columns;
        _publisher = options.Exchange is { } exchange
            ? new FlowPublisher(_table, exchange, options, Counters.Packets)
            : null;
        Wrapping = new FrameWrapping(
            mtuBytes, _publisher is null ? null : tunnel, options.Commons ?? new NodeCommons())
        {
            Drops = new DropCounter(_table, Counters.Listeners),
        };
        var probe = frames is null ? null : new ConnectionProbe(
            _columns, nextHops, frames, Counters.Packets, Wrapping, seed);
        _headers = frames is null ? null : new HeaderSender(_table, nextHops, frames, Counters.Packets, Wrapping);
        _flows = new FlowLifecycle(
            _table, cache, Counters, _publisher, probe, _headers, new FlowLogger(_columns, options.FlowLog));
        _forwarder = new FrameForwarder(_flows, _columns, nextHops, Counters, Wrapping);
        _tunnelErrors = new TunnelErrors(this, _forwarder);
        _tcp = new TcpTracker(_flows, _columns);
        _sweeper = new FlowSweeper(_table, _flows, _tcp);
        (ushort first, ushort last) = ports ?? (options.FirstSnatPort, options.LastSnatPort);
        bool hasHomes = options.Queues > 1 || options.Exchange is not null;
        FlowHomes? homes = hasHomes ? new FlowHomes(Math.Max(1, options.Queues), options.CellSeed) : null;
        _ports = new SnatPorts(_table, seed, first, last, homes);
        _creator = new FlowCreator(_table, _flows, _ports, nextHops, Counters);
        if (_publisher is null)
            return;
        ArgumentNullException.ThrowIfNull(frames);
        _frames = frames;
        _shared = new SharedFlows(this, options, _flows, _publisher, nextHops, frames, relayCache, seed);
    }

    /// <summary>What this pipeline counts; <see cref="Process"/> counts flows, the caller counts frames by
    /// verdict.</summary>
    public PipelineCounters Counters { get; }

    /// <summary>The flows.</summary>
    public FlowTable Flows => _table;

    /// <summary>What is left to do with a frame that was just judged, when it leaves.</summary>
    internal FrameWrapping Wrapping { get; }

    /// <summary>What is shared with other nodes; null without a flow directory.</summary>
    internal SharedFlows? Shared => _shared;

    /// <summary>The source ports of this start.</summary>
    internal SnatPorts Ports => _ports;

    /// <summary><see cref="ModelTables.Sequence"/> of the tables in use; any thread may read.</summary>
    public ulong AppliedSequence => Volatile.Read(ref _appliedSequence);

    /// <summary>This pipeline's lines to the others of the node; null where it is the only one. Before it
    /// runs.</summary>
    internal HandOver? HandOver
    {
        get => _handOver;
        set => _handOver = Wrapping.HandOver = value;
    }

    /// <summary>Whether <see cref="EndBatch"/> has more to do at once.</summary>
    public bool IsBusy => _sweeper.IsBehind || _shared is { IsBusy: true };

    /// <summary>Goes over to other tables; between two batches, on the pipeline's thread.</summary>
    public void Use(ModelTables tables)
    {
        _tables = _creator.Tables = Wrapping.Drops.Tables = tables;
        _ports.Use(tables.SnatAddresses);
        (_flows.Targets, _flows.Entries.TunnelSources) = (tables.Targets, tables.TunnelSources);
        _shared?.Tables = tables;
        _sweeper.BeginPurge();
        Volatile.Write(ref _appliedSequence, tables.Sequence);
    }

    /// <summary>Caches what this batch established, and sweeps; call when its frames are on their way.</summary>
    public void EndBatch(long nowNs)
    {
        _flows.EndBatch(nowNs);
        _sweeper.Work(_tables, nowNs);
        Wrapping.PathMtus.Work(nowNs);
        _shared?.Work(nowNs);
    }

    /// <summary>Hears of the FINs that the flow cache forwarded; before the frames of a batch are judged, and after
    /// they were received or taken over: a connection may end and its ports begin another one among them.</summary>
    public void TakeFins(long nowNs)
    {
        for (int i = 0; i < FinsPerBatch && _flows.Cache.TryTakeFin(Counters.Pipeline, out FlowFin fin); i++)
        {
            int slot = FindLive(fin.Key, nowNs, out FlowSide side);
            if (slot != FlowTable.None)
                _tcp.NotePassedFin(slot, side, fin, nowNs);
        }
    }

    /// <summary>Takes the flow directory's answers, at most 256; before the frames of a batch.</summary>
    /// <returns>Their number; frames may have been sent.</returns>
    public int TakeAnswers(long nowNs) => _shared?.TakeAnswers(nowNs) ?? 0;

    /// <summary>Keeps a frame that <see cref="Process"/> just judged <see cref="PacketCounter.Parked"/>, and counts it;
    /// it leaves by the <see cref="IFrameIo"/> of this pipeline.</summary>
    public void Park(FrameSlot frame, long nowNs) => _shared!.Park(frame, nowNs);

    /// <summary>Milliseconds to wait for frames before <see cref="EndBatch"/> has something due.</summary>
    public int WaitMs(long nowNs, int atMost) => _shared?.WaitMs(nowNs, atMost) ?? atMost;

    /// <summary>Replaces what is known of the other nodes; any thread, takes effect with the next frame.</summary>
    public void UsePeers(IEnumerable<PeerNode> peers) => _shared?.Peers = new PeerTable(peers, _nextHops, _nodeId);

    /// <summary>Tells of the flows that are left; the last call.</summary>
    public void Leave(long nowNs) => _flows.Leave(nowNs);

    /// <summary>Unwraps a frame that another node sent by a tunnel; before <see cref="Process"/>. Others stay as they
    /// are.</summary>
    /// <returns>Null when the frame may be judged; otherwise the reason of its drop.</returns>
    public PacketCounter? Open(ref FrameSlot frame) => 
        Wrapping.Tunnel?.Open(_frames!, _shared!.Peers, ref frame);

    /// <summary>Takes one frame and rewrites it in place when it is forwarded.</summary>
    /// <param name="frame">Ethernet header first, no frame check sequence.</param>
    /// <param name="nowNs">Nanoseconds of CLOCK_MONOTONIC; never goes back.</param>
    /// <param name="nextHopIndex">Where a forwarded frame goes.</param>
    /// <returns><see cref="PacketCounter.Forwarded"/>, <see cref="PacketCounter.Relayed"/>,
    /// <see cref="PacketCounter.Tunnelled"/> and <see cref="PacketCounter.Encapsulated"/> (the caller wraps the frame),
    /// <see cref="PacketCounter.Translated"/> (the
    /// caller puts the new headers in front), <see cref="PacketCounter.Parked"/> (the
    /// caller must call <see cref="Park"/> next), <see cref="PacketCounter.HandedOver"/> (the caller gives the frame to
    /// <see cref="HandOver"/>), or the reason of the drop.</returns>
    public PacketCounter Process(Span<byte> frame, long nowNs, out uint nextHopIndex)
    {
        nextHopIndex = 0;
        ParseVerdict verdict = EthernetView.TryRead(frame, out EthernetView ethernet);
        if (verdict != ParseVerdict.Ok)
            return verdict.ToDrop();
        verdict = IpView.TryRead(ethernet, out IpView ip);
        if (verdict != ParseVerdict.Ok)
            return verdict.ToDrop();
        if (ip.IsFragment)
            return ProcessFragment(frame, ip, nowNs, ref nextHopIndex);
        if (ip.Protocol == (ip.IsIpv4 ? IcmpView.Protocol : IcmpView.ProtocolV6))
            return ProcessIcmp(frame, ip, nowNs, ref nextHopIndex);
        if (ip.Protocol is not ((byte)IpProtocol.Tcp or (byte)IpProtocol.Udp))
            return PacketCounter.DropProtocol;
        if (ip.TimeToLive <= 1)
            return PacketCounter.DropTtl;
        return ip.Protocol == (byte)IpProtocol.Tcp
            ? ProcessTcp(frame, ip, nowNs, ref nextHopIndex)
            : ProcessUdp(frame, ip, nowNs, ref nextHopIndex);
    }

    /// <summary>Takes a frame that another pipeline of the node handed over.</summary>
    /// <param name="handed">What that pipeline knows.</param>
    /// <param name="frame">Its bytes.</param>
    /// <param name="nowNs">Now.</param>
    /// <returns>As <see cref="Process"/>.</returns>
    internal PacketCounter ProcessHanded(in HandedFrame handed, Span<byte> frame, long nowNs)
    {
        if (!handed.IsFragment)
            return Process(frame, nowNs, out _);
        uint nextHopIndex = 0;
        EthernetView.TryRead(frame, out EthernetView ethernet);
        IpView.TryRead(ethernet, out IpView ip);
        return _shared!.TryLearnFragment(ip, handed.Flow, nowNs)
            ? ProcessFragmentOf(frame, ip, handed.Flow, handed.IsFragmentHome, nowNs, ref nextHopIndex)
            : PacketCounter.DropParkFull;
    }

    private PacketCounter ProcessTcp(Span<byte> frame, in IpView ip, long nowNs, ref uint nextHopIndex)
    {
        ParseVerdict read = TcpView.TryRead(ip.Payload, out TcpView tcp);
        if (read != ParseVerdict.Ok)
            return read.ToDrop();
        if (!TcpTracker.AreSane(tcp.Flags))
            return PacketCounter.DropTcpFlags;
        var key = new FlowKey(ip.Source, ip.Destination, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
        if (IsOthers(key))
            return PacketCounter.HandedOver;
        int slot = FindLive(key, nowNs, out FlowSide side);
        bool isOpening = TcpTracker.IsOpening(tcp.Flags);
        if (slot != FlowTable.None && isOpening && side == FlowSide.Client && _tcp.IsOver(slot))
        {
            _flows.Forget(slot, FlowQueueKind.Long, FlowEnd.Replaced, nowNs);
            slot = FlowTable.None;
        }
        if (slot == FlowTable.None)
        {
            if (_shared?.Miss(frame, key, isOpening, nowNs) is { } shared)
                return shared;
            PacketCounter created = _creator.Create(key, isOpening, FlowState.SynSeen, nowNs, out slot);
            if (created != PacketCounter.Forwarded)
                return created;
            _tcp.NoteSyn(slot, tcp);
            if (_shared is not null && !_publisher!.Insert(slot, nowNs))
                _shared.MarkUnreplicated(slot);
        }

        PacketCounter allowed = _tcp.Check(slot, side, tcp, nowNs);
        if (allowed != PacketCounter.Forwarded)
            return allowed;
        if (_shared is not null && _shared.MustWait(slot, side, tcp))
            return PacketCounter.Parked;
        if (!_forwarder.TryResolve(slot, side, out nextHopIndex, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;
        _tcp.Note(slot, side, tcp, nowNs);
        PacketCounter sent = _columns.HeaderBytes[slot] == 0
            ? _forwarder.Forward(frame, ip, slot, side, hop, nowNs)
            : ForwardBeforeHeader(frame, ip, slot, side, hop, nowNs);
        if ((tcp.Flags & TcpFlags.Rst) != TcpFlags.None)
            _flows.CountReset(slot, side, sent);
        return sent;
    }

    /// <summary>The target does not have its header yet: the sides number octets apart.</summary>
    private PacketCounter ForwardBeforeHeader(
        Span<byte> frame, in IpView ip, int slot, FlowSide side, in NextHop hop, long nowNs)
    {
        if (!_headers!.TryPass(frame, ip, slot, side, nowNs))
            return PacketCounter.Absorbed;
        EthernetView.TryRead(frame, out EthernetView ethernet);
        IpView.TryRead(ethernet, out IpView shaped);
        return _forwarder.Forward(frame, shaped, slot, side, hop, nowNs);
    }

    private PacketCounter ProcessUdp(Span<byte> frame, in IpView ip, long nowNs, ref uint nextHopIndex)
    {
        ParseVerdict read = UdpView.TryRead(ip.Payload, out UdpView udp);
        if (read != ParseVerdict.Ok)
            return read.ToDrop();
        var key = new FlowKey(ip.Source, ip.Destination, udp.SourcePortBe, udp.DestinationPortBe, ip.Protocol);
        if (IsOthers(key))
            return PacketCounter.HandedOver;
        int slot = FindLive(key, nowNs, out FlowSide side);
        bool isFirst = slot == FlowTable.None;
        if (isFirst)
        {
            if (_shared?.Miss(frame, key, isTcpOpening: false, nowNs) is { } shared)
                return shared;
            PacketCounter created = _creator.Create(key, true, FlowState.Unconfirmed, nowNs, out slot);
            if (created != PacketCounter.Forwarded)
                return created;
            _shared?.WatchDatagramFlow(slot, nowNs);
        }
        return ForwardUnfollowed(frame, ip, slot, side, mayConfirm: !isFirst, nowNs, ref nextHopIndex);
    }

    /// <summary>Forwards a frame that changes no TCP state; another datagram confirms a UDP flow.</summary>
    private PacketCounter ForwardUnfollowed(
        Span<byte> frame, in IpView ip, int slot, FlowSide side, bool mayConfirm, long nowNs, ref uint nextHopIndex)
    {
        bool confirms = mayConfirm && _columns.State[slot] == FlowState.Unconfirmed;
        if (confirms && !_flows.CanEstablish)
            return PacketCounter.DropFlowTableFull;
        if (!_forwarder.TryResolve(slot, side, out nextHopIndex, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;
        if (confirms)
            _flows.Establish(slot, nowNs);
        return _forwarder.Forward(frame, ip, slot, side, hop, nowNs);
    }

    /// <summary>Only with a flow directory: one node's fragments alone may never make a packet.</summary>
    /// <remarks>The connection's state is not followed: a fragment's FIN counts as none, and the idle time ends the
    /// flow. Fragments open no TCP connection.</remarks>
    private PacketCounter ProcessFragment(Span<byte> frame, in IpView ip, long nowNs, ref uint nextHopIndex)
    {
        bool isUdp = ip.Protocol == (byte)IpProtocol.Udp;
        if (_shared is null || !(isUdp || ip.Protocol == (byte)IpProtocol.Tcp)
            || !(_tables.IsVip(ip.Destination) || _tables.IsSnat(ip.Destination)))
            return PacketCounter.DropFragment;
        if (ip.TimeToLive <= 1)
            return PacketCounter.DropTtl;
        if (_shared.JudgeFragment(frame, ip, nowNs, out FlowKey key, out bool isHome) is { } verdict)
            return verdict;
        if (_handOver is not null && !_handOver.IsHomeOfFragment(key, isHome))
            return PacketCounter.HandedOver;
        return ProcessFragmentOf(frame, ip, key, isHome, nowNs, ref nextHopIndex);
    }

    private PacketCounter ProcessFragmentOf(
        Span<byte> frame, in IpView ip, in FlowKey key, bool isHome, long nowNs, ref uint nextHopIndex)
    {
        bool isUdp = ip.Protocol == (byte)IpProtocol.Udp;
        int slot = FindLive(key, nowNs, out FlowSide side);
        bool isNew = slot == FlowTable.None;
        if (isNew)
        {
            if (_shared!.Miss(frame, key, isTcpOpening: false, nowNs, mayComeFromPeer: isHome) is { } shared)
                return shared;
            PacketCounter created = _creator.Create(key, isUdp, FlowState.Unconfirmed, nowNs, out slot);
            if (created != PacketCounter.Forwarded)
                return created;
            _shared.WatchDatagramFlow(slot, nowNs);
        }
        bool mayConfirm = !isNew && ip.FragmentOffsetBytes == 0;
        return ForwardUnfollowed(frame, ip, slot, side, mayConfirm, nowNs, ref nextHopIndex);
    }

    /// <summary>An error about a packet of a flow goes to whoever sent that packet; other ICMP is dropped.</summary>
    private PacketCounter ProcessIcmp(Span<byte> frame, in IpView ip, long nowNs, ref uint nextHopIndex)
    {
        if (IcmpView.TryRead(ip, out IcmpView icmp) != ParseVerdict.Ok || !icmp.IsError)
            return PacketCounter.DropIcmp;
        if (_tables.TunnelSources.Contains(ip.Destination))
            return _tunnelErrors.Take(frame, ip, icmp, _tables, nowNs);
        if (!EmbeddedView.TryRead(icmp.Embedded, ip.IsIpv4, out EmbeddedView embedded)
            || embedded.Source != ip.Destination || !icmp.HasRightChecksum)
            return PacketCounter.DropIcmp;
        if (ip.TimeToLive <= 1)
            return PacketCounter.DropTtl;
        FlowKey key = embedded.OppositeKey;
        if (IsOthers(key))
            return PacketCounter.HandedOver;
        int slot = FindLive(key, nowNs, out FlowSide side);
        if (slot == FlowTable.None)
            return _shared?.Miss(frame, key, isTcpOpening: false, nowNs) ?? PacketCounter.DropIcmp;
        if (!_forwarder.TryResolve(slot, side, out nextHopIndex, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;
        if (_columns.HeaderBytes[slot] != 0 && side == FlowSide.Target)
        {
            int at = EthernetView.HeaderBytes + ip.HeaderBytes + IcmpView.HeaderBytes + embedded.HeaderBytes;
            _headers!.ShapeQuoted(frame[at..], slot);
        }
        return _forwarder.ForwardError(frame, ip, embedded, slot, side, hop, nowNs);
    }

    /// <summary>Whether another pipeline judges frames of a key.</summary>
    private bool IsOthers(in FlowKey key) => _handOver is not null && !_handOver.IsHome(key);

    /// <summary>Finds a flow whose frames may pass; one whose listener is gone is forgotten on the way.</summary>
    internal int FindLive(in FlowKey key, long nowNs, out FlowSide side)
    {
        int slot = _table.Find(key, out side);
        if (slot == FlowTable.None || _columns.State[slot] is FlowState.Held or FlowState.Lent)
            return FlowTable.None;
        if (_tables.IsLive(_columns.Listener[slot], _columns.Forward[slot]))
            return slot;
        _flows.Forget(slot, FlowQueueKind.Long, FlowEnd.ListenerRemoved, nowNs);
        return FlowTable.None;
    }
}
