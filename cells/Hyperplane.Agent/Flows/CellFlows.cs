using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hyperplane.Agent.Health;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Health;
using Hyperplane.Linux.Polling;
using Hyperplane.Mesh;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Flows;

/// <summary>A node's part in the flow state: the directory lives on the mesh thread, which alone touches it.</summary>
/// <remarks>By itself this is the embedded engine; with a flow silo the records' replicas are elsewhere, and all else
/// is the same. A node is up for the directory while its mesh connection is up and BFD has not lost it. A connection
/// that its kernel closes without goodbye is a death, noticed at once; silence is one after the detection
/// time.</remarks>
internal sealed class CellFlows : IFlowState, IMeshHandler, IFlowTransport
{
    private const byte BatchMessage = 1;
    private const byte BallotMessage = 2;
    private const long BallotIntervalNs = VoteTimes.IntervalMs * 1_000_000;
    private const int RecordsPerFlow = 3;
    private const string Elsewhere = "/orleans";

    private readonly CellFlowsOptions _options;
    private readonly Action _onChange;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly MeshHost _mesh;
    private readonly SiloClient? _silo;
    private readonly FlowDirectory _directory;
    private readonly NeighbourWatch _watch;
    private readonly LongestPause _pauses = new();
    private readonly ConcurrentQueue<Action> _orders = new();
    private readonly Dictionary<ushort, FlowMember> _members = [];
    private readonly Dictionary<ushort, ulong> _up = [];
    private readonly HashSet<ushort> _lost = [];
    private readonly SnatLeases _leases;
    private IDataplane? _dataplane;
    private long _stampedAt;
    private long _ballotDueNs;
    private volatile bool _holds;

    /// <summary>Opens nothing before <see cref="Attach"/>.</summary>
    /// <param name="options">Who this is.</param>
    /// <param name="leases">This node's source ports.</param>
    /// <param name="loggers">For the parts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Jitter.</param>
    /// <param name="onChange">Called when <see cref="Holds"/> changed; returns at once.</param>
    public CellFlows(
        CellFlowsOptions options, SnatLeases leases, ILoggerFactory loggers, TimeProvider time, Random random,
        Action onChange)
    {
        (_options, _leases, _onChange, _time) = (options, leases, onChange, time);
        _stampedAt = time.GetTimestamp();
        _log = loggers.CreateLogger("Hyperplane.Agent");
        Exchange = new FlowExchange { RequestsWaiting = () => _mesh!.Wake() };
        if (options.SiloSocket is { } socket)
        {
            if (ReplicaAddress.IsReplica(options.NodeId))
                throw new Runtime.PartException(
                    $"node id {options.NodeId}: with flowEngine orleans node ids end at {ReplicaAddress.First - 1}");
            _silo = new SiloClient(
                new SiloClientOptions { Cell = options.Cell, Socket = socket },
                new ReplicaLinksOptions { NodeId = options.NodeId, Start = options.Start }, _log);
        }
        long unixNs = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        _directory = new FlowDirectory(
            new FlowDirectoryOptions
            {
                NodeId = options.NodeId,
                Start = options.Start,
                UnixOffsetNs = unixNs - time.GetTimestamp(),
                CellSeed = MemoryMarshal.Read<ulong>(SHA256.HashData([.. "flow shards"u8, .. options.Key.Span])),
                NodeSeed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong))),
                RecordCapacity = options.FlowCapacity * RecordsPerFlow,
                ReplicasLiveElsewhere = _silo is not null,
            },
            Exchange, _silo is null ? this : new RoutedTransport(this, _silo), time.GetTimestamp());
        _mesh = new MeshHost(
            new MeshOptions
            {
                // Nodes of two engines would each believe that the other ones hold: they do not meet.
                Cell = _silo is null ? options.Cell : options.Cell + Elsewhere,
                NodeId = options.NodeId,
                Start = options.Start,
                Key = options.Key,
                Listen = new IPEndPoint(options.Address, options.MeshPort),
                GapLimit = TimeSpan.FromMilliseconds(options.Bfd.DetectionMs),
                RetryMax = TimeSpan.FromMilliseconds(250),
                RealTimePriority = options.RealTimePriority,
                Seed = random.Next(),
            },
            this, loggers.CreateLogger<MeshHost>(), time);
        _watch = new NeighbourWatch(
            options, time, random, IsFresh, OnNeighbour, router => RouterLost?.Invoke(router));
    }

    /// <inheritdoc/>
    public Action<IPAddress>? RouterLost { get; set; }

    /// <inheritdoc/>
    public FlowExchange Exchange { get; }

    /// <inheritdoc/>
    public BallotMail Ballots { get; } = new();

    /// <inheritdoc/>
    public bool Holds => _holds;

    /// <inheritdoc/>
    public SnatLease Lease(ImmutableArray<IPAddress> addresses)
    {
        try
        {
            SnatLease lease = _leases.Take(addresses, out bool wasResting);
            AgentLog.LeaseTaken(_log, string.Join(", ", lease.Addresses), lease.FirstPort, lease.LastPort);
            if (!wasResting)
                AgentLog.LeaseNotResting(_log, string.Join(", ", lease.Addresses));
            return lease;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Runtime.PartException($"the lease of source ports cannot be kept: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public bool IsQuarantined(IPAddress address) => _leases.IsQuarantined(address);

    /// <inheritdoc/>
    public void Tick()
    {
        if (_time.GetElapsedTime(_stampedAt) < SnatLeases.StampInterval)
            return;
        _stampedAt = _time.GetTimestamp();
        try
        {
            _leases.Stamp();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AgentLog.LeaseNotStamped(_log, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Attach(IDataplane dataplane)
    {
        _dataplane = dataplane;
        try
        {
            _silo?.Open(_directory);
            _mesh.Start();
            _watch.Start();
        }
        catch (Exception e) when (e is IOException or SystemException)
        {
            throw new Runtime.PartException($"the cell's mesh does not start on {_options.Address}: {e.Message}", e);
        }
        if (!_watch.IsRealTime)
            AgentLog.NoRealTime(_log);
    }

    /// <inheritdoc/>
    public void SetMembers(IReadOnlyCollection<FlowMember> members)
    {
        if (_silo is not null)
            members = [.. members.Where(member => !ReplicaAddress.IsReplica(member.Id))]; // they refuse to start
        FlowMember[] others = [.. members.Where(member => member.Id != _options.NodeId)];
        Order(() => UseMembers(members));
        _mesh.SetPeers([.. others.Select(m => new MeshPeer(m.Id, new IPEndPoint(m.Address, _options.MeshPort)))]);
        _watch.SetNodes(others);
    }

    /// <inheritdoc/>
    public void SetDraining(bool isDraining) => Order(() => _directory.SetDraining(isDraining));

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, ulong>> ReadCounters() => FlowCounterNames.Read(
        _directory.Counters, _mesh.Status(), _watch.Flaps, _pauses.LongestUs, _silo);

    /// <inheritdoc/>
    public void Close()
    {
        _watch.Close();
        _mesh.Goodbye();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _mesh.Dispose();
        _silo?.Dispose();
    }

    /// <inheritdoc/>
    public void OnUp(ushort node, ulong start)
    {
        if (_lost.Contains(node))
        {
            // TCP still gets through, or again; BFD does not: what is forwarded would not either.
            _mesh.Disconnect(node, MeshDownReason.Unresponsive);
            return;
        }
        _up[node] = start;
        AgentLog.NodeUp(_log, node, start);
        _directory.OnUp(node, start);
        TellDataplane();
    }

    /// <inheritdoc/>
    public void OnDown(ushort node, ulong start, MeshDownReason reason)
    {
        if (!_up.Remove(node))
            return;
        AgentLog.NodeDown(_log, node, reason);
        // Frames stop to go there before anybody claims what is there.
        TellDataplane();
        if (_members.TryGetValue(node, out FlowMember? member))
            _silo?.LosePlace(member.Address);
        _directory.OnDown(node);
    }

    /// <inheritdoc/>
    public void OnMessage(ushort node, byte type, ReadOnlySpan<byte> body)
    {
        if (!_up.ContainsKey(node))
            return;
        if (type == BallotMessage && body.Length <= Ballot.PageBytes)
        {
            Ballots.Arrive(node, body);
            return;
        }
        string? defect = type == BatchMessage
            ? _directory.OnBatch(node, body, _time.GetTimestamp())
            : $"a message of unknown type {type}";
        if (defect is null)
            return;
        AgentLog.BadMessage(_log, node, defect);
        _mesh.Disconnect(node, MeshDownReason.Refused);
    }

    /// <inheritdoc/>
    public void Watch(PollSet set) => _silo?.Watch(set);

    /// <inheritdoc/>
    public long OnTurn(long nowNs)
    {
        while (_orders.TryDequeue(out Action? order))
            order();
        _pauses.Look();
        long siloNs = _silo?.Turn(nowNs) ?? long.MaxValue;
        long next = Math.Min(siloNs, _directory.Turn(nowNs));
        _silo?.Flush();
        next = Math.Min(next, SendBallots(nowNs));
        if (_holds != _directory.Holds)
        {
            _holds = _directory.Holds;
            _onChange();
        }
        return next;
    }

    /// <inheritdoc/>
    public bool TrySend(ushort node, ReadOnlySpan<byte> batch) =>
        _up.ContainsKey(node) && _mesh.TrySend(node, BatchMessage, batch);

    /// <inheritdoc/>
    public int QueuedBytes(ushort node) =>
        _up.ContainsKey(node) ? (8 * 1024 * 1024) - _mesh.FreeBytes(node) : 0;

    /// <summary>One page to each node, whatever changed: constant work. Where records wait, votes are left out; those
    /// sent before count a while longer.</summary>
    private long SendBallots(long nowNs)
    {
        if (nowNs < _ballotDueNs)
            return _ballotDueNs;
        _ballotDueNs = nowNs + BallotIntervalNs;
        ReadOnlyMemory<byte> page = Ballots.NextLeaving();
        foreach (ushort node in _up.Keys)
        {
            if (!page.IsEmpty && _mesh.FreeBytes(node) > 2 * Ballot.PageBytes)
                _mesh.TrySend(node, BallotMessage, page.Span);
        }
        return _ballotDueNs;
    }

    private void Order(Action order)
    {
        _orders.Enqueue(order);
        _mesh.Wake();
    }

    private void UseMembers(IReadOnlyCollection<FlowMember> members)
    {
        _members.Clear();
        foreach (FlowMember member in members)
            _members.Add(member.Id, member);
        _directory.SetMembers([.. members.Select(member => new CellMember(
            member.Id, [.. member.SnatAddresses.Select(PacketAddress.Of)]))]);
        TellDataplane();
    }

    private void TellDataplane() => _dataplane!.UsePeers(
    [
        .. _members.Values.Where(member => member.Id != _options.NodeId).Select(member => new PeerNode(
            member.Id, member.Address, _up.GetValueOrDefault(member.Id), _up.ContainsKey(member.Id))),
    ]);

    private bool IsFresh(long nowNs) =>
        _dataplane!.IsFresh(nowNs, _options.Bfd.IntervalMs * 1_000_000L);

    private void OnNeighbour(ushort node, bool isUp) => Order(() =>
    {
        if (isUp)
        {
            _lost.Remove(node);
            return;
        }
        _lost.Add(node);
        if (_up.ContainsKey(node))
            _mesh.Disconnect(node, MeshDownReason.Unresponsive);
    });
}
