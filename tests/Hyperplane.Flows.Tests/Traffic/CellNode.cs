using System.Net;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A node that forwards: pipelines that get its frames by chance, the model of the XDP program before them,
/// and its end of the directory.</summary>
/// <remarks>A node that stands still keeps its cached flows going until the detection time is over, as the XDP program
/// would; one that stood still for longer finds so by its loops, and starts anew.</remarks>
internal sealed class CellNode
{
    private const int StallMs = (int)(SimulatedCell.DetectionNs / 1_000_000);
    private const long TickNs = 10_000_000;

    private readonly SimulatedCell _cell;
    private readonly Fabric _fabric;
    private readonly SimulatedNode _directory;
    private readonly VirtualTime _time;
    private readonly Scenario _scenario;
    private readonly CellNextHops _hops;
    private NodePipelines? _pipelines;
    private ulong _unreplicated;
    private ulong _strays;
    private long[] _nextRunNs = [];

    public CellNode(SimulatedCell cell, Fabric fabric, ushort id, Scenario scenario)
    {
        _cell = cell;
        _fabric = fabric;
        _directory = cell.Nodes[id];
        _time = new VirtualTime(cell);
        _scenario = scenario;
        _hops = new CellNextHops(id);
        _directory.PeersChanged = UsePeers;
        _directory.AnswersWaiting = () => RunAllAt(cell.NowNs);
    }

    public ushort Id => _directory.Id;

    public bool IsRunning => _pipelines is not null;

    public bool IsPaused => _directory.IsPaused;

    public int Starts { get; private set; }

    /// <summary>The source address of this start.</summary>
    public uint SnatBe { get; private set; }

    public SimulatedNode Directory => _directory;

    public NodePipelines Pipelines =>
        _pipelines ?? throw new InvalidOperationException($"node {Id} does not run");

    /// <summary>Told when a flow goes on without the directory's word.</summary>
    public Action Unreplicated { get; set; } = static () => { };

    /// <summary>Takes what the node counted, when it ends.</summary>
    public Encounters? Encounters { get; init; }

    /// <summary>Told when a frame was lost because a node still relayed to a former owner.</summary>
    public Action LostStray { get; set; } = static () => { };

    /// <summary>Told when a loop finds that it stood still for too long; the node must be started anew.</summary>
    public Action<CellNode> Slept { get; set; } = static _ => { };

    /// <summary>Takes the event log; null when nobody reads it.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>Told after each turn of a loop.</summary>
    public Action<CellNode> Turned { get; set; } = static _ => { };

    /// <summary>The least time between two turns without frames.</summary>
    public long TickLengthNs { get; set; } = TickNs;

    public void Start(DataplaneModel model, uint snatBe)
    {
        SnatBe = snatBe;
        _cell.Start(Id);
        _unreplicated = 0;
        _strays = 0;
        var options = new DataplaneOptions
        {
            Interface = "none", NodeId = Id, Start = _directory.StartNumber, FlowCapacity = 128, HalfOpenCapacity = 64,
            StallTimeoutMs = StallMs, Exchange = _directory.Exchange, Queues = _scenario.QueuesOf(Id, Starts),
        };
        Starts++;
        _pipelines = new NodePipelines(
            options, _hops, (1_024, (ushort)(1_023 + _scenario.Ports)), _time, new PrefixSet(model.OwnPrefixes));
        Apply(model);
        UsePeers();
        _nextRunNs = new long[options.Queues];
        Array.Fill(_nextRunNs, long.MaxValue);
        RunAllAt(_cell.NowNs);
    }

    public void Apply(DataplaneModel model) => _pipelines?.Apply(model);

    /// <summary>The process ends, as it stands.</summary>
    public void Stop()
    {
        if (_pipelines is null)
            return;
        ExpectTrueCounts(_pipelines.TakeHanded());
        ExpectResetsByWord();
        Encounters?.Add(_directory.Directory.Counters, _pipelines.Count);
        _pipelines.Dispose();
        _pipelines = null;
    }

    public void Resume()
    {
        _directory.Resume();
        RunAllAt(_cell.NowNs);
    }

    /// <summary>A frame at the interface.</summary>
    public void Receive(byte[] frame)
    {
        if (_pipelines is null || _cell.NowNs - _pipelines.LastBeatNs > SimulatedCell.DetectionNs)
            return;
        Log?.Invoke($"node {Id} gets {Describe.Segment(Segment.Read(frame))}");
        CachedPath xdp = _pipelines.Xdp;
        PacketCounter verdict = xdp.Process(frame, _cell.NowNs, out _);
        if (verdict is PacketCounter.Forwarded or PacketCounter.Relayed or PacketCounter.Translated
            or PacketCounter.Encapsulated)
            Send(xdp.Resized ?? frame);
        int queue = _nextRunNs.Length == 1 ? 0 : _cell.Chance.Next(_nextRunNs.Length);
        if (verdict == PacketCounter.Punted && _pipelines.TryInject(frame, queue))
            RunAt(queue, _cell.NowNs + _cell.Chance.NextInt64(2_000, 20_000));
    }

    /// <summary>Whether the pipeline has a flow of a key that it owns and that goes on.</summary>
    public bool Owns(in FlowKey key)
    {
        return _pipelines is not null && !IsPaused && _pipelines.Find(key) is var (pipeline, slot)
            && pipeline.Flows.State(slot) is FlowState.Established or FlowState.Closing or FlowState.SynAckSeen
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
    public bool Has(in FlowRecord record) =>
        Pipelines.Find(record.Reverse) is var (pipeline, slot)
        && pipeline.Flows.Columns.Incarnation[slot] == record.Incarnation
        && pipeline.Flows.State(slot) is not (FlowState.Held or FlowState.Lent);

    /// <summary>in + generated + released = forwarded + relayed + passed + parked + dropped.</summary>
    /// <param name="handed">Frames on their way between pipelines.</param>
    public void ExpectTrueCounts(ulong handed)
    {
        ulong ended = handed;
        foreach (PacketCounter counter in Ends)
            ended += Pipelines.Count(counter);
        ulong begun = 0;
        foreach (PacketCounter counter in Begins)
            begun += Pipelines.Count(counter);
        Assert.Equal(begun, ended);
    }

    /// <summary>A reset follows an authoritative negative, at most eight frames each, or the loss of a flow.</summary>
    public void ExpectResetsByWord()
    {
        FlowDirectoryCounters counters = _directory.Directory.Counters;
        long allowed = (8 * counters[FlowDirectoryCounter.Absent]) + counters[FlowDirectoryCounter.Lost]
            + counters[FlowDirectoryCounter.Displaced] + counters[FlowDirectoryCounter.Claimed];
        Assert.InRange(Pipelines.Count(PacketCounter.ResetSent), 0ul, (ulong)allowed);
    }

    /// <summary>Before it is filled a node creates no flow and resets none; it may carry a handshake on.</summary>
    private void ExpectNothingBegunWhileFilling()
    {
        if (_directory.Directory.Holds)
            return;
        int begun = Pipelines.Flows(FlowPool.HalfOpen) + Pipelines.Flows(FlowPool.Unconfirmed);
        if (begun > _directory.Directory.Counters[FlowDirectoryCounter.Claimed]
            || Pipelines.Count(PacketCounter.ResetSent) > 0)
            Assert.Fail($"node {Id} begins flows, or resets some, before it is filled");
    }

    private static PacketCounter[] Begins { get; } =
    [
        PacketCounter.Received, PacketCounter.Released, PacketCounter.ResetSent, PacketCounter.ProbeSent,
        PacketCounter.TooBigSent, PacketCounter.Cut, PacketCounter.HeaderSent,
    ];

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
        if (_pipelines is null)
            return;
        PeerNode[] peers =
        [
            .. _cell.Members.Select(member => new PeerNode(
                member.NodeId, new IPAddress([172, 16, 0, (byte)member.NodeId]),
                _cell.Nodes[member.NodeId].IsRunning ? _cell.Nodes[member.NodeId].StartNumber : 0,
                _directory.Peers.Contains(member.NodeId))),
        ];
        _pipelines.UsePeers(peers, _hops, Id);
    }

    private void RunAllAt(long ns)
    {
        for (int number = 0; number < _nextRunNs.Length; number++)
            RunAt(number, ns);
    }

    private void RunAt(int number, long ns)
    {
        if (_pipelines is null || (_nextRunNs[number] <= ns && _nextRunNs[number] > _cell.NowNs))
            return;
        _nextRunNs[number] = ns;
        NodePipelines current = _pipelines;
        _cell.At(ns, () =>
        {
            if (_pipelines == current && _nextRunNs[number] == ns)
                Run(number);
        });
    }

    private void Run(int number)
    {
        _nextRunNs[number] = long.MaxValue;
        if (IsPaused)
            return;
        NodePipelines pipelines = _pipelines!;
        bool hasGiven = pipelines.Run(number, Send);
        if (pipelines.Slept)
        {
            Slept(this);
            return;
        }
        for (int other = 0; hasGiven && other < _nextRunNs.Length; other++)
        {
            if (other != number)
                RunAt(other, _cell.NowNs + _cell.Chance.NextInt64(1_000, 20_000));
        }
        ulong unreplicated = pipelines.Count(PacketCounter.Unreplicated)
            + (ulong)_directory.Directory.Counters[FlowDirectoryCounter.WonAlone];
        if (unreplicated != _unreplicated)
            Unreplicated();
        _unreplicated = unreplicated;
        ulong strays = pipelines.Count(PacketCounter.DropNotMine);
        if (strays != _strays)
            LostStray();
        _strays = strays;
        ExpectNothingBegunWhileFilling();
        Turned(this);
        if (_pipelines != pipelines)
            return;
        int waitMs = pipelines.All[number].WaitMs(_cell.NowNs, (int)(TickLengthNs / 1_000_000));
        RunAt(number, _cell.NowNs + Math.Max(waitMs * 1_000_000L, 10_000));
    }

    private void Send(byte[] frame)
    {
        Log?.Invoke($"node {Id} sends {Describe.Frame(frame)} to {frame[0]}");
        _fabric.FromNode(Id, frame);
    }
}
