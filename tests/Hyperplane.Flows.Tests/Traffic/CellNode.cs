using System.Net;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A node that forwards: a pipeline with its loop, the model of the XDP program before it, and its end of the
/// directory.</summary>
/// <remarks>A node that stands still keeps its cached flows going until the detection time is over, as the XDP program
/// would; one that stood still for longer finds so by its loop, and starts anew.</remarks>
internal sealed class CellNode : IHeartbeat
{
    private const int Frames = 256;
    private const int FrameBytes = 192;
    private const int StallMs = (int)(SimulatedCell.DetectionNs / 1_000_000);
    private const long TickNs = 10_000_000;

    private readonly SimulatedCell _cell;
    private readonly Fabric _fabric;
    private readonly SimulatedNode _directory;
    private readonly VirtualTime _time;
    private readonly byte[] _frame = new byte[FrameBytes];
    private readonly (ushort First, ushort Last) _ports;
    private MemoryFrameIo? _io;
    private PacketPipeline? _pipeline;
    private PipelineLoop? _loop;
    private CachedPath? _xdp;
    private ModelCompiler? _compiler;
    private RecordingFlowCache? _cache;
    private RecordingRelayCache? _relays;
    private ulong _unreplicated;
    private ulong _strays;
    private long _nextRunNs = long.MaxValue;

    public CellNode(SimulatedCell cell, Fabric fabric, ushort id, (ushort First, ushort Last) ports)
    {
        _cell = cell;
        _fabric = fabric;
        _directory = cell.Nodes[id];
        _time = new VirtualTime(cell);
        _ports = ports;
        _directory.PeersChanged = UsePeers;
        _directory.AnswersWaiting = () => RunAt(cell.NowNs);
    }

    public ushort Id => _directory.Id;

    public bool IsRunning => _pipeline is not null;

    public bool IsPaused => _directory.IsPaused;

    public int Starts { get; private set; }

    /// <summary>The source address of this start.</summary>
    public uint SnatBe { get; private set; }

    public SimulatedNode Directory => _directory;

    public PacketPipeline Pipeline => _pipeline ?? throw new InvalidOperationException($"node {Id} does not run");

    public RecordingRelayCache Relays => _relays!;

    public MemoryFrameIo Io => _io!;

    /// <summary>Told when a flow goes on without the directory's word.</summary>
    public Action Unreplicated { get; set; } = static () => { };

    /// <summary>Takes what the node counted, when it ends.</summary>
    public Encounters? Encounters { get; init; }

    /// <summary>Told when a frame was lost because a node still relayed to a former owner.</summary>
    public Action LostStray { get; set; } = static () => { };

    /// <summary>Told when the loop finds that it stood still for too long; the node must be started anew.</summary>
    public Action<CellNode> Slept { get; set; } = static _ => { };

    /// <summary>Takes the event log; null when nobody reads it.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>Told after each turn of the loop.</summary>
    public Action<CellNode> Turned { get; set; } = static _ => { };

    /// <summary>The least time between two turns without frames.</summary>
    public long TickLengthNs { get; set; } = TickNs;

    public bool HasAllFrames => _io!.FreeFrames == Frames;

    public void Start(DataplaneModel model, uint snatBe)
    {
        Starts++;
        SnatBe = snatBe;
        _cell.Start(Id);
        _io = new MemoryFrameIo(Frames, FrameBytes);
        _cache = new RecordingFlowCache(512);
        _relays = new RecordingRelayCache(512);
        _unreplicated = 0;
        _strays = 0;
        var hops = new CellNextHops(Id);
        var options = new DataplaneOptions
        {
            Interface = "none", NodeId = Id, Start = _directory.StartNumber, FlowCapacity = 128, HalfOpenCapacity = 64,
            StallTimeoutMs = StallMs, Exchange = _directory.Exchange,
        };
        _pipeline = new PacketPipeline(
            options, _cache, hops, _directory.StartNumber, _ports, _io, _relays);
        _loop = new PipelineLoop(_io, _pipeline, _time, this, StallMs);
        _compiler = new ModelCompiler(_pipeline.Counters, 251);
        _xdp = new CachedPath(_cache, hops, new OwnPrefixes(model.OwnPrefixes)) { Relays = _relays };
        Apply(model);
        UsePeers();
        _nextRunNs = long.MaxValue;
        RunAt(_cell.NowNs);
    }

    public void Apply(DataplaneModel model)
    {
        if (_pipeline is null)
            return;
        ModelTables? tables = _compiler!.Compile(model, _pipeline.AppliedSequence, out string? refusal);
        Assert.Null(refusal);
        _loop!.Apply(tables!);
    }

    /// <summary>The process ends, as it stands.</summary>
    public void Stop()
    {
        if (_pipeline is null)
            return;
        ExpectTrueCounts();
        ExpectResetsByWord();
        Encounters?.Add(_directory.Directory.Counters, _pipeline.Counters.Packets);
        _io!.Dispose();
        _pipeline = null;
        _loop = null;
    }

    public void Resume()
    {
        _directory.Resume();
        RunAt(_cell.NowNs);
    }

    /// <summary>A frame at the interface.</summary>
    public void Receive(byte[] frame)
    {
        if (_pipeline is null || _cell.NowNs - _loop!.LastBeatNs > SimulatedCell.DetectionNs)
            return;
        Log?.Invoke($"node {Id} gets {Describe.Segment(Segment.Read(frame))}");
        PacketCounter verdict = _xdp!.Process(frame, _cell.NowNs, out _);
        if (verdict is PacketCounter.Forwarded or PacketCounter.Relayed or PacketCounter.Translated
            or PacketCounter.Encapsulated)
            Send(_xdp.Resized ?? frame);
        else if (verdict == PacketCounter.Punted && _io!.TryInject(frame))
            RunAt(_cell.NowNs + _cell.Chance.NextInt64(2_000, 20_000));
    }

    public void Beat(long nowNs)
    {
        // The loop keeps the time of its last beat itself.
    }

    /// <summary>Whether the pipeline has a flow of a key that it owns and that goes on.</summary>
    public bool Owns(in FlowKey key)
    {
        if (_pipeline is null || IsPaused)
            return false;
        int slot = _pipeline.Flows.Find(key, out _);
        return slot != FlowTable.None
            && _pipeline.Flows.State(slot) is FlowState.Established or FlowState.Closing or FlowState.SynAckSeen
                or FlowState.HeaderSent;
    }

    /// <summary>The living flows in the node's replica.</summary>
    public IEnumerable<FlowRecord> RecordsHeld
    {
        get
        {
            FlowReplica replica = _directory.Directory.Replica;
            for (int slot = 0; slot < replica.Slots; slot++)
            {
                if (FlowReplica.IsLive(replica.At(slot)))
                    yield return replica.At(slot);
            }
        }
    }

    /// <summary>The living flows of this node, as it tells others of them.</summary>
    public IEnumerable<FlowRecord> RecordsOwned => RecordsHeld.Where(record =>
        record.OwnerNode == Id && record.OwnerStart == _directory.StartNumber && Has(record));

    /// <summary>Whether this node hears of all that becomes of a record.</summary>
    public bool HasPart(in FlowRecord record) =>
        _directory.Directory.View.Writes(Id, record.Forward, record.Reverse, record.OwnerNode);

    /// <summary>Whether the pipeline has the very flow of a record.</summary>
    public bool Has(in FlowRecord record)
    {
        int slot = Pipeline.Flows.Find(record.Reverse, out _);
        return slot != FlowTable.None && Pipeline.Flows.Columns.Incarnation[slot] == record.Incarnation
            && Pipeline.Flows.State(slot) is not (FlowState.Held or FlowState.Lent);
    }

    /// <summary>in + generated + released = forwarded + relayed + passed + parked + dropped.</summary>
    public void ExpectTrueCounts()
    {
        PacketCounters packets = Pipeline.Counters.Packets;
        ulong ended = 0;
        foreach (PacketCounter counter in Ends)
            ended += packets[counter];
        ulong begun = packets[PacketCounter.Received] + packets[PacketCounter.Released]
            + packets[PacketCounter.ResetSent] + packets[PacketCounter.ProbeSent]
            + packets[PacketCounter.TooBigSent] + packets[PacketCounter.Cut] + packets[PacketCounter.HeaderSent];
        Assert.Equal(begun, ended);
    }

    /// <summary>A reset follows an authoritative negative, at most eight frames each, or the loss of a flow.</summary>
    public void ExpectResetsByWord()
    {
        FlowDirectoryCounters counters = _directory.Directory.Counters;
        long allowed = (8 * counters[FlowDirectoryCounter.Absent]) + counters[FlowDirectoryCounter.Lost]
            + counters[FlowDirectoryCounter.Displaced] + counters[FlowDirectoryCounter.Claimed];
        Assert.InRange(Pipeline.Counters.Packets[PacketCounter.ResetSent], 0ul, (ulong)allowed);
    }

    /// <summary>Before it is filled a node creates no flow and resets none; it may carry a handshake on.</summary>
    private void ExpectNothingBegunWhileFilling()
    {
        if (_directory.Directory.Holds)
            return;
        int begun = Pipeline.Flows.Count(FlowPool.HalfOpen) + Pipeline.Flows.Count(FlowPool.Unconfirmed);
        if (begun > _directory.Directory.Counters[FlowDirectoryCounter.Claimed]
            || Pipeline.Counters.Packets[PacketCounter.ResetSent] > 0)
            Assert.Fail($"node {Id} begins flows, or resets some, before it is filled");
    }

    private static PacketCounter[] Ends { get; } =
    [
        .. Enum.GetValues<PacketCounter>().Where(counter =>
            counter is PacketCounter.Forwarded or PacketCounter.Translated or PacketCounter.Relayed
                or PacketCounter.Passed or PacketCounter.Parked or PacketCounter.Encapsulated
                or PacketCounter.Absorbed
            || counter.ToString().StartsWith("Drop", StringComparison.Ordinal)),
    ];

    private void UsePeers()
    {
        if (_pipeline is null)
            return;
        PeerNode[] peers =
        [
            .. _cell.Members.Select(member => new PeerNode(
                member.NodeId, new IPAddress([172, 16, 0, (byte)member.NodeId]),
                _cell.Nodes[member.NodeId].IsRunning ? _cell.Nodes[member.NodeId].StartNumber : 0,
                _directory.Peers.Contains(member.NodeId))),
        ];
        _pipeline.UsePeers(peers);
        _xdp!.Peers = new PeerTable(peers, new CellNextHops(Id), Id);
    }

    private void RunAt(long ns)
    {
        if (_pipeline is null || (_nextRunNs <= ns && _nextRunNs > _cell.NowNs))
            return;
        _nextRunNs = ns;
        PacketPipeline current = _pipeline;
        _cell.At(ns, () =>
        {
            if (_pipeline == current && _nextRunNs == ns)
                Run();
        });
    }

    private void Run()
    {
        _nextRunNs = long.MaxValue;
        if (IsPaused)
            return;
        PacketPipeline pipeline = _pipeline!;
        while (_loop!.RunOnce() > 0 || (pipeline.IsBusy && _loop.SleptMs == 0))
            SendAll();
        SendAll();
        if (_loop.SleptMs != 0)
        {
            Slept(this);
            return;
        }
        ulong unreplicated = pipeline.Counters.Packets[PacketCounter.Unreplicated]
            + (ulong)_directory.Directory.Counters[FlowDirectoryCounter.WonAlone];
        if (unreplicated != _unreplicated)
            Unreplicated();
        _unreplicated = unreplicated;
        ulong strays = pipeline.Counters.Packets[PacketCounter.DropNotMine];
        if (strays != _strays)
            LostStray();
        _strays = strays;
        ExpectNothingBegunWhileFilling();
        Turned(this);
        if (_pipeline != pipeline)
            return;
        long waitNs = pipeline.WaitMs(_cell.NowNs, (int)(TickLengthNs / 1_000_000)) * 1_000_000L;
        RunAt(_cell.NowNs + Math.Max(waitNs, 10_000));
    }

    private void SendAll()
    {
        while (_io!.TryTakeSent(_frame, out int length))
            Send(_frame[..length]);
    }

    private void Send(byte[] frame)
    {
        Log?.Invoke($"node {Id} sends {Describe.Frame(frame)} to {frame[0]}");
        _fabric.FromNode(Id, frame);
    }
}
