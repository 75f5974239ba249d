using System.Globalization;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>Clients, routers, nodes with their pipelines and directories, and targets, in one virtual time.</summary>
internal sealed class TrafficCell
{
    public const int Targets = 3;

    private const long LastAckNs = 3_000_000_000;
    private const long StrayNs = 5_000_000;
    private const uint AllTargets = (1 << Targets) - 1;

    private readonly Dictionary<FlowKey, ClientConnection> _byKey = [];
    private readonly List<ClientConnection> _connections = [];
    private readonly Dictionary<FlowKey, DatagramFlow> _datagramsByKey = [];
    private readonly List<DatagramFlow> _datagrams = [];
    private readonly List<string>? _log;
    private readonly List<(long FromNs, long UntilNs)> _troubles = [];
    private uint _targetConnections;
    private int _opensLater;
    private long _cutUntilNs = long.MinValue;
    private ulong _version;
    private string[] _wrongRecords = [];
    private uint _healthy = AllTargets;
    private int _present = Targets;

    public TrafficCell(Scenario scenario, bool isLogged)
    {
        Scenario = scenario;
        _log = isLogged ? [] : null;
        Cell = new SimulatedCell(scenario.Nodes, scenario.Seed, addressesPerNode: scenario.Leases)
        {
            OptionsOf = static (node, start) => SimulatedCell.Options(node, start) with
            {
                RecordCapacity = 4_096, QuestionCapacity = 512,
            },
            ExchangeCapacity = 256,
            SlowestConnectNs = scenario.Seed % 2 == 0 ? 2_000_000 : 60_000_000,
        };
        Fabric = new Fabric(Cell, scenario.Loss) { ReachesNode = (node, frame) => Nodes[node].Receive(frame) };
        foreach (SimulatedNode node in Cell.Nodes.Values)
        {
            Nodes.Add(node.Id, new CellNode(Cell, Fabric, node.Id, (1_024, (ushort)(1_023 + scenario.Ports)))
            {
                Unreplicated = () => LastUnreplicatedNs = Cell.NowNs,
                Encounters = Encounters,
                LostStray = () => _troubles.Add((Cell.NowNs - StrayNs, Cell.NowNs)),
                Log = isLogged ? Log : null,
            });
        }
        if (isLogged)
            Cell.Carries = LogBatch;
        Faults = new Faults(this);
        TargetHosts = [.. Enumerable.Range(0, Targets).Select(index => new TargetHost(this, index))];
        for (int target = 0; target < Targets; target++)
            Fabric.AddHost(TrafficModel.TargetBe(target), (target + scenario.Seed) & 1, TargetHosts[target].Receive);
    }

    public Scenario Scenario { get; }

    public SimulatedCell Cell { get; }

    public Fabric Fabric { get; }

    public Faults Faults { get; }

    public Dictionary<ushort, CellNode> Nodes { get; } = [];

    public TargetHost[] TargetHosts { get; }

    public IReadOnlyList<ClientConnection> Connections => _connections;

    /// <summary>What all nodes counted that have ended.</summary>
    public Encounters Encounters { get; } = new();

    /// <summary>When a node last let a flow go on without the directory's word.</summary>
    public long LastUnreplicatedNs { get; private set; } = long.MinValue;

    /// <summary>SYNs on a port where a target still had a handshake of another client.</summary>
    public int CollidedHalfOpen { get; set; }

    public long LongestStallNs { get; private set; }

    public IReadOnlyList<string> Events => _log ?? [];

    public List<string> Violations { get; } = [];

    public bool IsTrafficOver => _opensLater == 0
        && _connections.TrueForAll(one => one.IsOver) && _datagrams.TrueForAll(one => one.IsOver);

    /// <summary>The traffic that is not over and should be.</summary>
    public IEnumerable<string> UnderWay => _connections.Where(one => !one.IsOver && !one.IsUnreplicated)
        .Select(one => one.ToString()).Concat(_datagrams.Where(one => !one.IsOver).Select(_ => "a datagram flow"));

    public ClientConnection Client(uint id) => _connections[(int)id - 1];

    public uint NextTargetConnection() => ++_targetConnections;

    public void Log(string what) => _log?.Add(string.Create(
        CultureInfo.InvariantCulture, $"{(Cell.NowNs - 1_000_000_000_000) / 1e6,12:F3} ms  {what}"));

    public void Violate(string what)
    {
        Log($"VIOLATION: {what}");
        Violations.Add(string.Create(
            CultureInfo.InvariantCulture, $"{(Cell.NowNs - 1_000_000_000_000) / 1e6:F3} ms: {what}"));
    }

    public void ViolateUnless(bool isExcused, string what)
    {
        if (isExcused)
            Log($"excused: {what}");
        else
            Violate(what);
    }

    /// <summary>From now until then frames may get lost by design.</summary>
    public void Trouble(long untilNs) => _troubles.Add((Cell.NowNs, untilNs));

    /// <summary>From now until then two nodes do not see each other.</summary>
    public void Cut(long untilNs) => _cutUntilNs = Math.Max(_cutUntilNs, untilNs);

    public bool WasCutSince(long ns) => _cutUntilNs >= ns;

    public bool WasTroubled(long fromNs, long untilNs) =>
        Fabric.Loss > 0 || _troubles.Exists(trouble => trouble.FromNs <= untilNs && trouble.UntilNs >= fromNs);

    /// <summary>Whether every frame since then must have got through.</summary>
    public bool IsQuietSince(long ns) => !WasTroubled(ns, Cell.NowNs);

    public void NoteStall(ClientConnection connection, long tookNs)
    {
        LongestStallNs = Math.Max(LongestStallNs, tookNs);
        if (tookNs > Scenario.LongestStallNs)
            Violate($"{connection} stood still for {tookNs / 1_000_000} ms");
    }

    /// <summary>A segment that had no answer in 200 ms or more goes out again.</summary>
    public void NoteRepeat(TcpEnd end, string who)
    {
        Log($"{who} repeats");
        bool isLate = Cell.NowNs - end.FirstSentNs > 30_000_000_000;
        if (end.PeerClosed && end.HasDelivered)
        {
            // Only its own FIN's acknowledgement is missing: a tombstone's stragglers pass at the owner alone.
            if (Cell.NowNs - end.FirstSentNs > LastAckNs)
                end.Abort();
            return;
        }
        if (IsQuietSince(end.LastSentNs))
            ViolateUnless(IsExcused(end), $"{who} gets no answer in quiet times");
        else if (isLate)
            ViolateUnless(IsExcused(end), $"{who} gets no answer for 30 s");
        if (isLate)
            end.Abort();
    }

    public void NoteDatagram(TargetHost target, in Segment segment)
    {
        DatagramFlow flow = _datagrams[(int)(segment.Word >> 32) - 1];
        flow.Arrive(segment.Key, target.Index);
    }

    public void Open(FlowKey key, ConnectionPlan plan)
    {
        var connection = new ClientConnection(this, (uint)_connections.Count + 1, key, plan)
        {
            Before = _byKey.GetValueOrDefault(key),
        };
        _connections.Add(connection);
        _byKey[key] = connection;
        Log($"{connection} opens");
        connection.Open();
    }

    public void OpenAgain(ClientConnection before, ConnectionPlan plan, long pauseNs)
    {
        _opensLater++;
        Cell.After(pauseNs, () =>
        {
            _opensLater--;
            Open(before.End.Key, plan);
        });
    }

    public void AddClient(int client) =>
        Fabric.AddHost(TrafficModel.ClientBe(client), client & 1, ReceiveAtClient);

    /// <summary>A segment of no connection.</summary>
    public void SendStray(FlowKey key) =>
        Fabric.FromHost(new Segment(key, TcpFlags.Ack, 77, 99, 0, false));

    public void OpenDatagrams(FlowKey key, int datagrams, long gapNs, long atNs)
    {
        var flow = new DatagramFlow(this, (uint)_datagrams.Count + 1, key, datagrams, gapNs);
        _datagrams.Add(flow);
        _datagramsByKey[key] = flow;
        Cell.At(atNs, flow.Open);
    }

    /// <summary>Starts a node with its next source address.</summary>
    public void Start(ushort id)
    {
        CellNode node = Nodes[id];
        uint snatBe = SimulatedCell.SnatOf(id, node.Starts % Scenario.Leases);
        node.Start(Model(snatBe), snatBe);
        Log($"node {id} starts with {new System.Net.IPAddress(snatBe)}");
    }

    /// <summary>Changes which targets take new flows; nodes hear of it one after another.</summary>
    /// <param name="healthy">A bit a target.</param>
    /// <param name="present">How many there are; those beyond go on with what they have.</param>
    public void ChangeTargets(uint healthy, int present)
    {
        _healthy = healthy;
        _present = present;
        _version++;
        Log($"targets are now {healthy:b} of {present}");
        foreach (CellNode node in Nodes.Values)
            Cell.After(Cell.Chance.NextInt64(300_000_000), () => node.Apply(Model(node.SnatBe)));
    }

    /// <summary>At most one node may own a connection; quiet ones have exactly one owner.</summary>
    public void CheckOwners()
    {
        foreach (ClientConnection connection in _connections)
        {
            if (!connection.IsConnected || connection.IsOver)
                continue;
            ushort[] owners =
            [
                .. Nodes.Values.Where(node => node.Owns(connection.End.Key) && IsThere(node)).Select(node => node.Id),
            ];
            if (owners.Length > 1)
                Violate($"{connection} is owned by nodes {string.Join(" and ", owners)}");
        }
    }

    /// <summary>Whoever has a part in a living flow of a node that runs holds what that node itself has; what is on its
    /// way now is there at the next check.</summary>
    public void CheckRecords()
    {
        CellNode[] running = [.. Nodes.Values.Where(node => node.IsRunning && IsThere(node))];
        if (!running.All(node => node.Directory.Directory.IsComplete))
        {
            ForgetRecords();
            return;
        }
        string[] wrong =
        [
            .. running.SelectMany(node => node.RecordsHeld.Where(record => IsOver(node, record)).Select(record =>
                $"node {node.Id} holds {Describe.Record(record)}, of which its owner does not know")),
            .. running.SelectMany(node => node.RecordsOwned.SelectMany(record => running
                .Where(other => other.HasPart(record) && !other.RecordsHeld.Contains(record)).Select(other =>
                    $"node {other.Id} lacks {Describe.Record(record)}"))),
        ];
        foreach (string what in wrong.Intersect(_wrongRecords))
            Violate(what);
        _wrongRecords = wrong;
    }

    /// <summary>What <see cref="CheckRecords"/> found before is of no account: much may have changed since.</summary>
    public void ForgetRecords() => _wrongRecords = [];

    private bool IsThere(CellNode node) => !node.IsPaused && !Fabric.Unplugged.Contains(node.Id);

    private bool IsOver(CellNode holder, FlowRecord record) =>
        Nodes[record.OwnerNode] is { IsRunning: true } owner && IsThere(owner)
        && owner.Directory.StartNumber == record.OwnerStart && holder.HasPart(record) && !owner.Has(record);

    private void LogBatch(ushort from, ushort to, byte[] batch)
    {
        foreach (string line in Describe.Batch(batch))
            Log($"mesh {from} > {to}: {line}");
    }

    private bool IsExcused(TcpEnd end) =>
        _byKey.TryGetValue(end.Key, out ClientConnection? connection)
        && (connection.IsUnreplicated || (end.Phase == TcpPhase.SynSent && connection.Before is { } before
            && (before.IsUnreplicated || WasTroubled(before.EndedNs, Cell.NowNs))));

    private DataplaneModel Model(uint snatBe) => TrafficModel.Of(_version + 1, snatBe, _healthy, _present);

    private void ReceiveAtClient(Segment segment)
    {
        FlowKey key = segment.Back;
        if (segment.IsUdp)
            _datagramsByKey[key].Receive(segment);
        else if (_byKey.TryGetValue(key, out ClientConnection? connection) && connection.End.Phase != TcpPhase.Over)
            connection.End.Receive(segment);
        else if (!segment.Has(TcpFlags.Rst))
            Fabric.FromHost(new Segment(key, TcpFlags.Rst, segment.Acknowledgement, 0, 0, false));
    }
}
