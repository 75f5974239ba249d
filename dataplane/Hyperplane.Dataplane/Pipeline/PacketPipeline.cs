using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Decides what becomes of a frame to one of our addresses: the specification that XDP caches the verdicts
/// of.</summary>
/// <remarks>Single-threaded, without clock or I/O; nothing allocates after construction. Order of the checks: Ethernet,
/// IPv4 header, fragment, protocol, TTL, TCP or UDP header, flags; then the flow, or a new one; then the next hop. A
/// frame that is dropped is left as it came and changes no flow, except that the first frame of a flow creates it even
/// while the next hop's MAC is unknown.</remarks>
public sealed class PacketPipeline
{
    private readonly DataplaneOptions _options;
    private readonly INextHops _nextHops;
    private readonly FlowTable _table;
    private readonly FlowColumns _columns;
    private readonly FlowLifecycle _flows;
    private readonly TcpTracker _tcp;
    private readonly FlowSweeper _sweeper;
    private readonly SnatPorts _ports;
    private ModelTables _tables = ModelTables.Empty;
    private ulong _appliedSequence;

    /// <summary>Takes all memory the pipeline will ever need.</summary>
    /// <param name="options">Capacities, node id and start.</param>
    /// <param name="cache">Where established flows are cached.</param>
    /// <param name="nextHops">The Ethernet side.</param>
    /// <param name="seed">Secret of this start: hash seed of the flow table, first SNAT port.</param>
    /// <param name="ports">First and last SNAT port; null means 1,024 to 65,535.</param>
    public PacketPipeline(
        DataplaneOptions options, IFlowCache cache, INextHops nextHops, ulong seed,
        (ushort First, ushort Last)? ports = null)
    {
        _options = options;
        _nextHops = nextHops;
        _table = new FlowTable(options.FlowCapacity, options.HalfOpenCapacity, seed);
        _columns = _table.Columns;
        _flows = new FlowLifecycle(_table, cache, Counters);
        _tcp = new TcpTracker(_flows, _columns);
        _sweeper = new FlowSweeper(_table, _flows);
        (ushort first, ushort last) = ports ?? (1_024, ushort.MaxValue);
        _ports = new SnatPorts(_table, seed, first, last);
    }

    /// <summary>What this pipeline counts; <see cref="Process"/> counts flows, the caller counts frames by
    /// verdict.</summary>
    public PipelineCounters Counters { get; } = new();

    /// <summary>The flows.</summary>
    public FlowTable Flows => _table;

    /// <summary><see cref="ModelTables.Sequence"/> of the tables in use; any thread may read.</summary>
    public ulong AppliedSequence => Volatile.Read(ref _appliedSequence);

    /// <summary>Whether <see cref="EndBatch"/> has more to do at once.</summary>
    public bool IsBusy => _sweeper.IsBehind;

    /// <summary>Goes over to other tables; between two batches, on the pipeline's thread.</summary>
    public void Use(ModelTables tables)
    {
        _tables = tables;
        _ports.Use(tables.SnatAddressesBe);
        _sweeper.BeginPurge();
        Volatile.Write(ref _appliedSequence, tables.Sequence);
    }

    /// <summary>Caches the flows that this batch established, and sweeps; call when its frames were given to the
    /// kernel.</summary>
    public void EndBatch(long nowNs)
    {
        _flows.InstallPending(nowNs);
        _sweeper.Work(_tables, nowNs);
    }

    /// <summary>Takes one frame and rewrites it in place when it is forwarded.</summary>
    /// <param name="frame">Ethernet header first, no frame check sequence.</param>
    /// <param name="nowNs">Nanoseconds of CLOCK_MONOTONIC; never goes back.</param>
    /// <param name="nextHopIndex">Where a forwarded frame goes.</param>
    /// <returns><see cref="PacketCounter.Forwarded"/> or the reason of the drop.</returns>
    public PacketCounter Process(Span<byte> frame, long nowNs, out uint nextHopIndex)
    {
        nextHopIndex = 0;
        ParseVerdict verdict = EthernetView.TryRead(frame, out EthernetView ethernet);
        if (verdict != ParseVerdict.Ok)
            return verdict.ToDrop();
        if (ethernet.EtherType != EthernetView.Ipv4)
            return PacketCounter.DropNotIpv4;
        verdict = Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip);
        if (verdict != ParseVerdict.Ok)
            return verdict.ToDrop();
        if (ip.IsFragment)
            return PacketCounter.DropFragment;
        if (ip.Protocol is not ((byte)IpProtocol.Tcp or (byte)IpProtocol.Udp))
            return ip.Protocol == IcmpView.Protocol ? PacketCounter.DropIcmp : PacketCounter.DropProtocol;
        if (ip.TimeToLive <= 1)
            return PacketCounter.DropTtl;
        return ip.Protocol == (byte)IpProtocol.Tcp
            ? ProcessTcp(frame, ip, nowNs, ref nextHopIndex)
            : ProcessUdp(frame, ip, nowNs, ref nextHopIndex);
    }

    private PacketCounter ProcessTcp(Span<byte> frame, in Ipv4View ip, long nowNs, ref uint nextHopIndex)
    {
        ParseVerdict read = TcpView.TryRead(ip.Payload, out TcpView tcp);
        if (read != ParseVerdict.Ok)
            return read.ToDrop();
        if (!TcpTracker.AreSane(tcp.Flags))
            return PacketCounter.DropTcpFlags;
        var key = new FlowKey4(ip.SourceBe, ip.DestinationBe, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
        int slot = FindLive(key, nowNs, out FlowSide side);
        bool isOpening = TcpTracker.IsOpening(tcp.Flags);
        if (slot != FlowTable.None && isOpening && side == FlowSide.Client && _tcp.IsOver(slot))
        {
            _flows.Forget(slot, FlowQueueKind.Long, nowNs);
            slot = FlowTable.None;
        }
        if (slot == FlowTable.None)
        {
            PacketCounter created = Create(key, isOpening, FlowState.SynSeen, nowNs, out slot);
            if (created != PacketCounter.Forwarded)
                return created;
        }

        PacketCounter allowed = _tcp.Check(slot, side, tcp);
        if (allowed != PacketCounter.Forwarded)
            return allowed;
        if (!TryResolve(slot, side, out nextHopIndex, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;
        _tcp.Note(slot, side, tcp, nowNs);
        return Forward(frame, ip, slot, side, hop, nowNs);
    }

    private PacketCounter ProcessUdp(Span<byte> frame, in Ipv4View ip, long nowNs, ref uint nextHopIndex)
    {
        ParseVerdict read = UdpView.TryRead(ip.Payload, out UdpView udp);
        if (read != ParseVerdict.Ok)
            return read.ToDrop();
        var key = new FlowKey4(ip.SourceBe, ip.DestinationBe, udp.SourcePortBe, udp.DestinationPortBe, ip.Protocol);
        int slot = FindLive(key, nowNs, out FlowSide side);
        bool isFirst = slot == FlowTable.None;
        if (isFirst)
        {
            PacketCounter created = Create(key, true, FlowState.Unconfirmed, nowNs, out slot);
            if (created != PacketCounter.Forwarded)
                return created;
        }
        bool confirms = !isFirst && _columns.State[slot] == FlowState.Unconfirmed;
        if (confirms && !_flows.CanEstablish)
            return PacketCounter.DropFlowTableFull;
        if (!TryResolve(slot, side, out nextHopIndex, out NextHop hop))
            return PacketCounter.DropNextHopUnresolved;
        if (confirms)
            _flows.Establish(slot, nowNs);
        return Forward(frame, ip, slot, side, hop, nowNs);
    }

    /// <summary>Finds a flow whose frames may pass; one whose listener is gone is forgotten on the way.</summary>
    private int FindLive(in FlowKey4 key, long nowNs, out FlowSide side)
    {
        int slot = _table.Find(key, out side);
        if (slot == FlowTable.None || _columns.State[slot] == FlowState.Held)
            return FlowTable.None;
        if (_tables.IsLive(_columns.Listener[slot], _columns.Forward[slot]))
            return slot;
        _flows.Forget(slot, FlowQueueKind.Long, nowNs);
        return FlowTable.None;
    }

    private PacketCounter Create(in FlowKey4 key, bool mayOpen, FlowState state, long nowNs, out int slot)
    {
        slot = FlowTable.None;
        if (!_tables.TryFindListener(key, out ListenerEntry listener))
            return WhyNoListener(key.DestinationBe);
        if (!mayOpen)
            return PacketCounter.DropNoFlow;
        if (!MayBeClient(key.SourceBe))
            return PacketCounter.DropMalformed;
        if (!_table.HasRoom(state == FlowState.SynSeen ? FlowPool.HalfOpen : FlowPool.Unconfirmed))
            return PacketCounter.DropHalfOpenFull;
        if (!_flows.CanEstablish)
            return PacketCounter.DropFlowTableFull;
        GroupTable group = _tables.Groups[listener.Group];
        if (!group.TrySelect(key, out uint targetBe, out ushort targetPortBe, out int targetSlot))
            return PacketCounter.DropNoTarget;
        if (!_ports.TryTake(key.Protocol, targetBe, targetPortBe, out FlowKey4 reverse))
            return PacketCounter.DropNoPort;

        slot = _flows.Create(key, reverse, listener, targetSlot, state, nowNs);
        _columns.NextHopToTarget[slot] = _nextHops.For(targetBe);
        _columns.NextHopToClient[slot] = _nextHops.For(key.SourceBe);
        _columns.OwnerNode[slot] = _options.NodeId;
        _columns.OwnerStart[slot] = _options.Start;
        _columns.OwnerEpoch[slot] = 0;
        return PacketCounter.Forwarded;
    }

    private PacketCounter WhyNoListener(uint destinationBe)
    {
        if (_tables.IsVip(destinationBe))
            return PacketCounter.DropNoListener;
        return Array.IndexOf(_tables.SnatAddressesBe, destinationBe) >= 0
            ? PacketCounter.DropNoFlow
            : PacketCounter.DropNoVip;
    }

    /// <summary>No client has an address of "this network", loopback, multicast or broadcast, or one of our VIPs: a
    /// forged VIP would have two listeners answer each other for ever.</summary>
    private bool MayBeClient(uint sourceBe)
    {
        byte first = BitConverter.IsLittleEndian ? (byte)sourceBe : (byte)(sourceBe >> 24);
        return first is not (0 or 127 or >= 224) && !_tables.IsVip(sourceBe);
    }

    private bool TryResolve(int slot, FlowSide side, out uint index, out NextHop hop)
    {
        ref uint column = ref (side == FlowSide.Client ? _columns.NextHopToTarget : _columns.NextHopToClient)[slot];
        index = column;
        if (_nextHops.TryGet(index, out hop))
            return true;
        FlowKey4[] opposite = side == FlowSide.Client ? _columns.Reverse : _columns.Forward;
        index = column = _nextHops.For(opposite[slot].SourceBe);
        return _nextHops.TryGet(index, out hop);
    }

    private PacketCounter Forward(Span<byte> frame, in Ipv4View ip, int slot, FlowSide side, in NextHop hop, long nowNs)
    {
        FlowEntry4 entry = _flows.Entry(slot, side);
        bool isUdp = ip.Protocol == (byte)IpProtocol.Udp;
        FrameRewriter.Apply(frame, EthernetView.HeaderBytes + ip.HeaderBytes, isUdp, entry, hop);
        _columns.LastSeenNs[slot] = nowNs;
        Count(ref Counters.Listeners[_columns.Listener[slot]], side, frame.Length);
        Count(ref Counters.Targets[_columns.Target[slot]], side, frame.Length);
        if (_columns.State[slot] == FlowState.Established)
            _flows.RequestInstall(slot, nowNs);
        return PacketCounter.Forwarded;
    }

    private static void Count(ref FlowCounterRow row, FlowSide side, int frameBytes)
    {
        if (side == FlowSide.Client)
        {
            row.PacketsIn++;
            row.BytesIn += (ulong)frameBytes;
        }
        else
        {
            row.PacketsOut++;
            row.BytesOut += (ulong)frameBytes;
        }
    }
}
