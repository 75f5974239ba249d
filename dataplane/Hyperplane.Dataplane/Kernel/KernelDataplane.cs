using Hyperplane.Dataplane.Admission;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>A dataplane on a real interface: XDP program; a pipeline thread with an AF_XDP socket for each receive
/// queue; one neighbour thread.</summary>
/// <remarks>
/// Start: program, next hops, sockets, threads, and attached last. Model: tables, then the prefixes that bring their
/// frames, then the prefixes that go. End: detached first, then the pipelines, then what they used.
/// </remarks>
internal sealed class KernelDataplane : IDataplane
{
    private const int ApplyPatienceMs = 1_000;
    private const int ApplyPauseMs = 1;
    private const int BeatPatienceMs = 1_000;

    private readonly Stack<IDisposable> _owned = new();
    private readonly Lock _applying = new();
    private readonly Lock _ending = new();
    private readonly TimeProvider _time;
    private readonly HyperplaneProgram _program;
    private readonly PeerMaps _peers;
    private readonly AdmissionMaps _admissions;
    private readonly Lock _peering = new();
    private readonly Lock _rating = new();
    private readonly NextHopTable _nextHops;
    private readonly NeighbourWatcher _neighbours;
    private readonly PipelineThreads _pipelines;
    private readonly ModelCompiler _compiler;
    private readonly PrefixMap _prefixes;
    private readonly XdpLink _link;
    private readonly int _beatPatienceMs;
    private PeerNode[] _peerNodes = [];
    private IReadOnlyList<VipModel> _vips = [];
    private ModelTables _tables = ModelTables.Empty;
    private string? _fault;
    private bool _disposed;

    private KernelDataplane(DataplaneOptions options, TimeProvider time)
    {
        _time = time;
        _beatPatienceMs = options.StallTimeoutMs > 0 ? options.StallTimeoutMs : BeatPatienceMs;
        try
        {
            InterfaceInfo link = InterfaceInfo.Read(options.Interface);
            CheckQueues(options, link);
            InterfaceInfo fabric = options.AddressInterface is { } name ? InterfaceInfo.Read(name) : link;
            TunnelEnd? tunnel = TunnelOf(options, fabric);
            _program = Own(HyperplaneProgram.Load(
                options.FlowCapacity * 2, options.StallTimeoutMs, link.ReceiveQueues, DataplaneLimits.Listeners * 2,
                tunnel ?? default, link.Mac, fabric.MtuBytes, options.Vlan, ChallengeSettings.Of(options),
                DataplaneLimits.CountedTargets * 2,
                Math.Min(HyperplaneProgram.MostSources, options.FlowCapacity)));
            _prefixes = new PrefixMap(_program, tunnel?.AddressBe ?? 0);
            _peers = new PeerMaps(_program.Peers, _program.PeerMacs, _program.PeerAddresses, options.NodeId);
            _admissions = new AdmissionMaps(
                _program.Admissions, _program.AdmissionTimes, options.NodeId, _program.Refusals);
            _nextHops = new NextHopTable(link with { Subnets = fabric.Subnets }, Publish);
            _neighbours = Own(new NeighbourWatcher(_nextHops, fabric, time));
            _pipelines = Own(PipelineThreads.Open(
                options, _program, _nextHops, link, tunnel, fabric.MtuBytes, time));
            _compiler = new ModelCompiler(_pipelines.Counters, options.MaglevTableSize);
            _pipelines.Start(options.RealTimePriority);
            _link = XdpLink.Attach(_program.Descriptor, link.Index, link.Name, options.XdpMode);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool IsAlive => Fault is null;

    /// <inheritdoc/>
    public string? Fault
    {
        get
        {
            // Not the lock that a large model holds for long: who asks whether we live wants to know now.
            lock (_ending)
            {
                if (_disposed)
                    return "the dataplane was ended";
                if (Slept)
                    return $"the node slept for {_pipelines.SleptMs} ms: its flows may be other nodes' by now";
                return Volatile.Read(ref _fault) ?? _neighbours.Fault
                    ?? _pipelines.FaultAt(_time.GetTimestamp(), _beatPatienceMs)
                    ?? (_link.IsAttached ? null : "the XDP program is no longer attached");
            }
        }
    }

    /// <inheritdoc/>
    public bool Slept => _pipelines.SleptMs != 0;

    /// <inheritdoc/>
    public bool IsFresh(long nowNs, long maxAgeNs) => _pipelines.IsFresh(nowNs, maxAgeNs);

    /// <inheritdoc/>
    public void UsePeers(IReadOnlyCollection<PeerNode> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        // Not the lock that a large model holds for long: a node that died must be dead at once.
        lock (_peering)
        {
            if (_disposed)
                return;
            _peerNodes = [.. peers];
            _pipelines.UsePeers(peers);
            _peers.Use(peers, _nextHops);
        }

        // Who tells of a death does not wait for the rates of many VIPs.
        ThreadPool.UnsafeQueueUserWorkItem(static me => me.FollowShares(), this, preferLocal: false);
    }

    /// <summary>Starts one; on a thread in the interface's namespace.</summary>
    public static KernelDataplane Start(DataplaneOptions options, TimeProvider time) => new(options, time);

    /// <inheritdoc/>
    public string? Apply(DataplaneModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        lock (_applying)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ModelTables? tables = _compiler.Compile(model, _pipelines.AppliedSequence, out string? refusal);
            if (tables is null)
                return refusal;
            if (!_nextHops.Use([.. tables.Gateways.Select(PacketAddress.Of)]))
                return "no next hop is left for the gateways";
            // Tunnels begin at a gateway.
            lock (_peering)
            {
                _vips = model.Vips;
                _peers.Use(_peerNodes, _nextHops);
            }

            Rate();
            Clear(_program.Listeners, tables.NewListenerSlots);
            Clear(_program.Targets, tables.NewTargetSlots);

            _pipelines.Apply(tables);
            WaitUntilInUse(tables.Sequence);
            _prefixes.Use(model.OwnPrefixes, model.TunnelSources);
            _tables = tables;
            return null;
        }
    }

    private static void Clear(ListenerCounts counts, IReadOnlyList<int> slots)
    {
        foreach (int slot in slots)
        {
            counts.Clear(((uint)slot * 2) + (uint)FlowSide.Client);
            counts.Clear(((uint)slot * 2) + (uint)FlowSide.Target);
        }
    }

    /// <inheritdoc/>
    public DataplaneCounters ReadCounters()
    {
        lock (_applying)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return PipelineCounters.Read(
                _pipelines.Counters, _tables, new ProgramCounters(_program, _pipelines)) with
            {
                VipDrops = ReadRefusals(),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_applying)
        lock (_peering)
        lock (_ending)
        lock (_rating)
        {
            if (_disposed)
                return;
            _disposed = true;
            _link?.Dispose();
            // A thread that does not end still uses the memory below: then the process keeps it.
            if (_pipelines is not null && !_pipelines.TryStop())
                return;
            while (_owned.TryPop(out IDisposable? owned))
                owned.Dispose();
        }
    }

    private void Rate()
    {
        lock (_rating)
        {
            if (!_disposed)
                _admissions.Use(Volatile.Read(ref _vips), Volatile.Read(ref _peerNodes));
        }
    }

    private void FollowShares()
    {
        try
        {
            Rate();
        }
        catch (KernelException failure)
        {
            // Nobody waits for it, and IsAlive says why.
            Volatile.Write(ref _fault, $"the rates of new flows cannot be changed: {failure.Message}");
        }
    }

    private Dictionary<uint, IReadOnlyList<ulong>> ReadRefusals()
    {
        lock (_rating)
        {
            Dictionary<PacketAddress, ulong[]> refused = _program.Refusals.Read();
            var byVip = new Dictionary<uint, IReadOnlyList<ulong>>(refused.Count);
            foreach (VipModel vip in refused.Count == 0 ? [] : _vips)
            {
                if (refused.TryGetValue(PacketAddress.Of(vip.Address), out ulong[]? frames))
                    byVip[vip.Id] = frames;
            }

            return byVip;
        }
    }

    /// <summary>Frames of a queue without a pipeline would be dropped, and a pipeline sends on the queue of its
    /// number.</summary>
    private static void CheckQueues(DataplaneOptions options, InterfaceInfo link)
    {
        int count = link.ReceiveQueues;
        if (options.Queues != 0 && count != options.Queues)
            throw new KernelException(
                $"{link.Name} has {count} receive queues, not {options.Queues}: ethtool -L {link.Name} "
                + $"combined {options.Queues} (or rx {options.Queues} tx {options.Queues})");
        if (count is < 1 or > FlowHomes.Classes)
            throw new KernelException(
                $"{link.Name} has {count} receive queues; 1 to {FlowHomes.Classes} are supported: "
                + $"ethtool -L {link.Name} combined {FlowHomes.Classes} (or rx {FlowHomes.Classes})");
        if (link.TransmitQueues < count)
            throw new KernelException(
                $"{link.Name} has {count} receive queues and only {link.TransmitQueues} to transmit: "
                + $"ethtool -L {link.Name} tx {count} (or rx {link.TransmitQueues})");
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
            throw new KernelException(what, error, "");
    }

    /// <summary>Without a flow directory nothing is relayed, and port 6080 stays the kernel's.</summary>
    private static TunnelEnd? TunnelOf(DataplaneOptions options, InterfaceInfo link)
    {
        uint addressBe = options.FabricAddress is { } address
            ? AddressBytes.Be(address)
            : link.Subnets.FirstOrDefault(subnet => subnet.Address.IsIpv4).Address.Ipv4Be;
        return options.Exchange is null || addressBe == 0 ? null : new TunnelEnd(addressBe, link.MtuBytes);
    }

    private void Publish(uint index, NextHop hop)
    {
        Check(_program.NextHops.Update(in index, in hop), "giving a next hop to the XDP program");
        _peers.OnNextHop(index, hop);
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Push(part);
        return part;
    }

    /// <summary>Frames of a new VIP must not meet the old tables; pipelines that stand still are not waited for
    /// longer than 1 s.</summary>
    private unsafe void WaitUntilInUse(ulong sequence)
    {
        long start = _time.GetTimestamp();
        while (_pipelines.AppliedSequence < sequence && _time.GetElapsedTime(start).TotalMilliseconds < ApplyPatienceMs)
        {
            // SAFETY: no descriptors, so nothing is read: a pause.
            _ = LibC.Poll(null, 0, ApplyPauseMs);
        }
    }
}
