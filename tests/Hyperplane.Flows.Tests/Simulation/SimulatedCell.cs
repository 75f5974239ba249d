using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Cells;

namespace Hyperplane.Flows.Tests.Simulation;

/// <summary>A cell in virtual time: directories, and links that keep order, delay, break and heal; all chance from one
/// seed.</summary>
internal sealed class SimulatedCell
{
    /// <summary>How long the silence of a node goes unnoticed: 3 × 50 ms.</summary>
    public const long DetectionNs = 150_000_000;

    private const ulong CellSeed = 0x5eed;
    private const long ClockSkewNs = 200_000_000;
    private const long ConnectNs = 2_000_000;

    private readonly PriorityQueue<Action, (long TimeNs, long Order)> _events = new();
    private readonly Dictionary<(ushort From, ushort To), SimulatedLink> _links = [];
    private readonly CellMember[] _members;
    private readonly Dictionary<ushort, CellMember[]> _seen = [];
    private readonly Dictionary<ushort, long> _pausedNs = [];
    private long _order;

    /// <summary>Nothing runs yet.</summary>
    /// <param name="nodes">Numbered from 1.</param>
    /// <param name="seed">Of all chance.</param>
    /// <param name="firstNowNs">When it begins.</param>
    /// <param name="addressesPerNode">Source addresses of each node.</param>
    /// <param name="silos">Places outside the nodes where replicas live; 0 when the nodes hold them.</param>
    public SimulatedCell(
        int nodes, int seed, long firstNowNs = 1_000_000_000_000, int addressesPerNode = 1, int silos = 0)
    {
        Chance = new Random(seed);
        NowNs = firstNowNs;
        IEnumerable<int> addresses = Enumerable.Range(0, addressesPerNode);
        _members =
        [
            .. Enumerable.Range(1, nodes).Select(id => new CellMember(
                (ushort)id,
                [
                    .. addresses.Select(address => new PacketAddress(SnatOf((ushort)id, address))),
                    .. addresses.Select(address => Snat6Of((ushort)id, address)),
                ])),
        ];
        if (silos > 0)
            Silos = new SimulatedSilos(this, silos);
        foreach (CellMember member in _members)
            Nodes.Add(member.NodeId, new SimulatedNode(this, member.NodeId));
        foreach (CellMember from in _members)
        {
            foreach (CellMember to in _members)
                _links.Add((from.NodeId, to.NodeId), new SimulatedLink());
        }
    }

    public Random Chance { get; }

    public long NowNs { get; private set; }

    public Dictionary<ushort, SimulatedNode> Nodes { get; } = [];

    public SimulatedSilos? Silos { get; }

    public IReadOnlyList<CellMember> Members => _members;

    public IEnumerable<SimulatedNode> Running => Nodes.Values.Where(node => node.IsRunning);

    /// <summary>The directory's end of a node; larger or smaller than usual for some tests.</summary>
    public Func<ushort, ulong, FlowDirectoryOptions> OptionsOf { get; init; } = Options;

    /// <summary>No turn of a directory that waits for nothing comes sooner than this.</summary>
    public long LeastTurnNs { get; set; } = 1_000;

    /// <summary>How much longer than <see cref="ConnectNs"/> it takes two nodes to find each other.</summary>
    public long SlowestConnectNs { get; init; } = ConnectNs;

    /// <summary>Told of every batch that a node gives to the mesh; null when nobody reads it.</summary>
    public Action<ushort, ushort, byte[]>? Carries { get; set; }

    /// <summary>Messages each way between a node's pipeline and its directory.</summary>
    public int ExchangeCapacity { get; init; } = 4_096;

    /// <summary>The IPv6 address that is leased with <see cref="SnatOf"/>.</summary>
    public static PacketAddress Snat6Of(ushort node, int address = 0) => Sample.Wide(SnatOf(node, address));

    /// <summary>198.19.address.node, network order.</summary>
    public static uint SnatOf(ushort node, int address = 0) =>
        0x0000_13c6u | ((uint)address << 16) | ((uint)node << 24);

    public static FlowDirectoryOptions Options(ushort node, ulong start) => new()
    {
        NodeId = node, Start = start, CellSeed = CellSeed, NodeSeed = start, RecordCapacity = 65_536,
        UnixOffsetNs = node * ClockSkewNs,
    };

    /// <summary>The members as a node was told last.</summary>
    public IReadOnlyList<CellMember> MembersAsSeenBy(ushort node) => _seen.GetValueOrDefault(node, _members);

    /// <summary>Tells a node who the members are.</summary>
    public void TellMembers(ushort node, IReadOnlyList<CellMember> members)
    {
        _seen[node] = [.. members];
        Nodes[node].LearnMembers();
    }

    /// <summary>Starts every node and lets the cell settle.</summary>
    public void StartAll()
    {
        foreach (SimulatedNode node in Nodes.Values)
            Start(node.Id);
        RunFor(100_000_000);
    }

    public void Start(ushort id)
    {
        Nodes[id].Start(NowNs);
        foreach (SimulatedNode other in Running.Where(other => other.Id != id))
            Connect(id, other.Id);
    }

    /// <summary>The process dies: its connections close at once.</summary>
    public void Kill(ushort id)
    {
        Nodes[id].Stop();
        foreach (SimulatedNode other in Running)
            Break(id, other.Id, Chance.NextInt64(100_000, 1_000_000));
    }

    /// <summary>The process stands still: the others notice after the detection time, it itself when it
    /// wakes.</summary>
    public void Freeze(ushort id)
    {
        Nodes[id].Stop();
        foreach (SimulatedNode other in Running)
            Break(id, other.Id, DetectionNs - Chance.NextInt64(50_000_000));
    }

    /// <summary>The process stands still and may go on: whoever missed it for the detection time has closed its
    /// connection.</summary>
    public void Pause(ushort id)
    {
        SimulatedNode node = Nodes[id];
        node.Pause();
        ulong start = node.StartNumber;
        long pausedNs = NowNs;
        foreach (SimulatedNode other in Running.Where(other => other.Id != id))
        {
            int connection = Link(id, other.Id).Connection;
            ulong otherStart = other.StartNumber;
            After(DetectionNs - Chance.NextInt64(50_000_000), () =>
            {
                bool isStill = node.IsPaused && node.StartNumber == start && _pausedNs.GetValueOrDefault(id) == pausedNs
                    && Link(id, other.Id).Connection == connection && other.StartNumber == otherStart;
                if (isStill && other.IsRunning)
                    Reset(id, other.Id);
            });
        }
        _pausedNs[id] = pausedNs;
    }

    public void Resume(ushort id) => Nodes[id].Resume();

    /// <summary>The connection of two nodes ends; they connect again.</summary>
    public void Reset(ushort left, ushort right)
    {
        Link(left, right).Connection++;
        Link(right, left).Connection++;
        After(Chance.NextInt64(100_000, 1_000_000), () => DownIfRunning(left, right));
        After(Chance.NextInt64(100_000, 1_000_000), () => DownIfRunning(right, left));
        if (!Link(left, right).IsBlocked)
            After(1_000_000, () => Connect(left, right));
    }

    /// <summary>Batches between two nodes take longer for a time.</summary>
    public void Slow(ushort left, ushort right, long extraNs)
    {
        Link(left, right).ExtraNs = extraNs;
        Link(right, left).ExtraNs = extraNs;
    }

    /// <summary>A planned end: goodbye first.</summary>
    public void Leave(ushort id) => Kill(id);

    /// <summary>Nothing passes between two nodes from now on; each notices by itself.</summary>
    public void Partition(ushort left, ushort right)
    {
        Link(left, right).IsBlocked = Link(right, left).IsBlocked = true;
        Break(left, right, DetectionNs - Chance.NextInt64(50_000_000));
        Break(right, left, DetectionNs - Chance.NextInt64(50_000_000));
    }

    public void Heal(ushort left, ushort right)
    {
        Link(left, right).IsBlocked = Link(right, left).IsBlocked = false;
        if (Nodes[left].IsRunning && Nodes[right].IsRunning)
            Connect(left, right);
    }

    public void At(long timeNs, Action action) => _events.Enqueue(action, (timeNs, _order++));

    public void After(long delayNs, Action action) => At(NowNs + delayNs, action);

    /// <summary>Lets time pass.</summary>
    public void RunFor(long durationNs)
    {
        long endNs = NowNs + durationNs;
        while (_events.TryPeek(out _, out (long TimeNs, long Order) next) && next.TimeNs <= endNs)
        {
            Action action = _events.Dequeue();
            NowNs = Math.Max(NowNs, next.TimeNs);
            action();
        }
        NowNs = endNs;
    }

    /// <summary>Lets time pass until something holds; false when it never did within the limit.</summary>
    public bool RunUntil(Func<bool> holds, long limitNs = 10_000_000_000, long stepNs = 200_000)
    {
        long endNs = NowNs + limitNs;
        while (!holds())
        {
            if (NowNs >= endNs)
                return false;
            RunFor(stepNs);
        }
        return true;
    }

    /// <summary>Carries a batch; false when the two are not connected.</summary>
    public bool Carry(ushort from, ushort to, ReadOnlySpan<byte> batch)
    {
        SimulatedLink link = Link(from, to);
        if (!Nodes[from].Peers.Contains(to))
            return false;
        byte[] copy = batch.ToArray();
        Carries?.Invoke(from, to, copy);
        int connection = link.Connection;
        link.LastNs = Math.Max(link.LastNs + 1, NowNs + link.ExtraNs + Chance.NextInt64(20_000, 300_000));
        At(link.LastNs, () =>
        {
            if (!link.IsBlocked && link.Connection == connection && Nodes[to].IsRunning
                && Nodes[to].Peers.Contains(from))
                Nodes[to].Receive(from, copy);
        });
        return true;
    }

    private SimulatedLink Link(ushort from, ushort to) => _links[(from, to)];

    private void DownIfRunning(ushort observer, ushort gone)
    {
        if (Nodes[observer].IsRunning)
            Nodes[observer].Down(gone);
    }

    private void Connect(ushort left, ushort right)
    {
        if (!Nodes[left].IsRunning || !Nodes[right].IsRunning)
            return;
        int connection = Link(left, right).Connection;
        ulong leftStart = Nodes[left].StartNumber;
        ulong rightStart = Nodes[right].StartNumber;
        After(ConnectNs + Chance.NextInt64(SlowestConnectNs), () =>
        {
            bool isSame = Nodes[left].IsRunning && Nodes[right].IsRunning
                && Nodes[left].StartNumber == leftStart && Nodes[right].StartNumber == rightStart;
            if (!isSame || Link(left, right).IsBlocked || Link(left, right).Connection != connection)
                return;
            if (Nodes[left].IsPaused || Nodes[right].IsPaused)
            {
                Connect(left, right);
                return;
            }
            // An older connection of the two that was not noticed to be dead is replaced.
            Nodes[left].Down(right);
            Nodes[right].Down(left);
            Link(left, right).Connection++;
            Link(right, left).Connection++;
            Nodes[left].Up(right, rightStart);
            Nodes[right].Up(left, leftStart);
        });
    }

    private void Break(ushort gone, ushort observer, long delayNs)
    {
        int connection = Link(gone, observer).Connection;
        ulong observerStart = Nodes[observer].StartNumber;
        // What was under way before the end still arrives.
        long timeNs = Math.Max(NowNs + delayNs, Link(gone, observer).LastNs + 1);
        At(timeNs, () =>
        {
            if (Link(gone, observer).Connection == connection && Nodes[observer].StartNumber == observerStart)
                Nodes[observer].Down(gone);
        });
    }
}
