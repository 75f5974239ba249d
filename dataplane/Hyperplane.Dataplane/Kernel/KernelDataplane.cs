using System.Buffers.Binary;
using System.Security.Cryptography;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Kernel.Xsk;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>A dataplane on a real interface: XDP program, AF_XDP socket, one pipeline thread, one neighbour
/// thread.</summary>
/// <remarks>
/// Start: program, next hops, socket, threads, and attached last. Model: tables, then the prefixes that bring their
/// frames, then the prefixes that go. End: detached first, then the pipeline, then what it used.
/// </remarks>
internal sealed class KernelDataplane : IDataplane
{
    private const int Queue = 0;
    private const int JoinPatienceMs = 5_000;
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
    private readonly AfXdpSocket _socket;
    private readonly PacketPipeline _pipeline;
    private readonly PipelineLoop _loop;
    private readonly ModelCompiler _compiler;
    private readonly PrefixMap _prefixes;
    private readonly XdpLink _link;
    private readonly Thread _thread;
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
            if (link.ReceiveQueues != 1)
                throw new KernelException(
                    $"{link.Name} has {link.ReceiveQueues} receive queues; one is supported: "
                    + $"ethtool -L {link.Name} combined 1 (or rx 1), or make the veth with numrxqueues 1");
            InterfaceInfo fabric = options.AddressInterface is { } name ? InterfaceInfo.Read(name) : link;
            TunnelEnd? tunnel = TunnelOf(options, fabric);
            _program = Own(HyperplaneProgram.Load(
                options.FlowCapacity * 2, options.StallTimeoutMs, pipelines: 1, DataplaneLimits.Listeners * 2,
                tunnel ?? default, link.Mac, fabric.MtuBytes, options.Vlan));
            _prefixes = new PrefixMap(_program, tunnel?.AddressBe ?? 0);
            _peers = new PeerMaps(_program.Peers, _program.PeerMacs, _program.PeerAddresses, options.NodeId);
            _admissions = new AdmissionMaps(_program.Admissions, _program.AdmissionTimes, options.NodeId);
            _nextHops = new NextHopTable(link with { Subnets = fabric.Subnets }, Publish);
            _neighbours = Own(new NeighbourWatcher(_nextHops, fabric, time));
            AfXdpOptions shape = AfXdpOptions.ForMtu(link.MtuBytes) with { Vlan = options.Vlan };
            _socket = Own(new AfXdpSocket(link.Index, Queue, shape));
            Check(
                _program.Sockets.Update((uint)Queue, (uint)_socket.Descriptor),
                "giving the socket to the XDP program");
            _pipeline = new PacketPipeline(
                options, _program.Cache, _nextHops, Secret(), frames: _socket,
                relayCache: new BpfRelayCache(_program.Relays, _program.Relays6), tunnel: tunnel,
                mtuBytes: fabric.MtuBytes)
            {
                PathMtuCache = new BpfPathMtus(_program.PathMtus, _program.NarrowestPath),
            };
            _compiler = new ModelCompiler(_pipeline.Counters, options.MaglevTableSize);
            _loop = new PipelineLoop(
                _socket, _pipeline, time, new PipelineHeartbeat(_program.Heartbeats, pipeline: 0),
                options.Exchange is null ? 0 : options.StallTimeoutMs);
            if (options.Exchange is not null)
                options.Exchange.AnswersWaiting = _socket.Wake;
            _thread = new Thread(() => RunPipeline(options.RealTimePriority))
            {
                Name = "pipeline 0", IsBackground = true,
            };
            _thread.Start();
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
                long beatAgeMs = (_time.GetTimestamp() - _program.Heartbeats.LastBeatNs(Queue)) / 1_000_000;
                if (Slept)
                    return $"the node slept for {_loop.SleptMs} ms: its flows may be other nodes' by now";
                return Volatile.Read(ref _fault) ?? _neighbours.Fault
                    ?? (beatAgeMs > _beatPatienceMs ? $"the pipeline thread has not beaten for {beatAgeMs} ms" : null)
                    ?? (_link.IsAttached ? null : "the XDP program is no longer attached");
            }
        }
    }

    /// <inheritdoc/>
    public bool Slept => _loop.SleptMs != 0;

    /// <inheritdoc/>
    public bool IsFresh(long nowNs, long maxAgeNs) =>
        _loop.LastBeatNs is var beatNs && beatNs != 0 && nowNs - beatNs <= maxAgeNs;

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
            _pipeline.UsePeers(peers);
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
            ModelTables? tables = _compiler.Compile(model, _pipeline.AppliedSequence, out string? refusal);
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
            foreach (int slot in tables.NewListenerSlots)
            {
                _program.Listeners.Clear(((uint)slot * 2) + (uint)FlowSide.Client);
                _program.Listeners.Clear(((uint)slot * 2) + (uint)FlowSide.Target);
            }

            _loop.Apply(tables);
            WaitUntilInUse(tables.Sequence);
            _prefixes.Use(model.OwnPrefixes, model.TunnelSources);
            _tables = tables;
            return null;
        }
    }

    /// <inheritdoc/>
    public DataplaneCounters ReadCounters()
    {
        lock (_applying)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _pipeline.Counters.Read(_tables, new ProgramCounters(_program, _socket));
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
            _loop?.Stop();
            // A thread that does not end still uses the memory below: then the process keeps it.
            if (_thread is not null && !_thread.Join(JoinPatienceMs))
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

    private static ulong Secret() =>
        BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

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

    private unsafe void RunPipeline(int realTimePriority)
    {
        try
        {
            // SAFETY: the kernel reads one int.
            if (realTimePriority > 0)
                _ = LibC.SetScheduler(0, LibC.ScheduleFifo, &realTimePriority);
            _loop.Run();
        }
        catch (Exception failure)
        {
            // The thread's edge: without its beats the XDP program drops our frames, and IsAlive says why.
            Volatile.Write(ref _fault, $"the pipeline thread failed: {failure}");
        }
    }

    /// <summary>Frames of a new VIP must not meet the old tables; a pipeline that stands still is not waited for
    /// longer than 1 s.</summary>
    private unsafe void WaitUntilInUse(ulong sequence)
    {
        long start = _time.GetTimestamp();
        while (_pipeline.AppliedSequence < sequence && _time.GetElapsedTime(start).TotalMilliseconds < ApplyPatienceMs)
        {
            // SAFETY: no descriptors, so nothing is read: a pause.
            _ = LibC.Poll(null, 0, ApplyPauseMs);
        }
    }
}
