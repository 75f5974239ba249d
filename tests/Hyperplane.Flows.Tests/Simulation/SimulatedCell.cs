using Hyperplane.Flows.Cells;

namespace Hyperplane.Flows.Tests.Simulation;

/// <summary>A cell in virtual time: directories, and links that keep order, delay, break and heal; all chance from one
/// seed.</summary>
internal sealed class SimulatedCell
{
    /// <summary>How long the silence of a node goes unnoticed: 3 × 50 ms.</summary>
    public const long DetectionNs = 150_000_000;

    private const ulong CellSeed = 0x5eed;
    private const long ConnectNs = 2_000_000;

    private readonly PriorityQueue<Action, (long TimeNs, long Order)> _events = new();
    private readonly Dictionary<(ushort From, ushort To), SimulatedLink> _links = [];
    private readonly CellMember[] _members;
    private long _order;

    public SimulatedCell(int nodes, int seed, long firstNowNs = 1_000_000_000_000)
    {
        Chance = new Random(seed);
        NowNs = firstNowNs;
        _members = [.. Enumerable.Range(1, nodes).Select(id => new CellMember((ushort)id, [SnatOf((ushort)id)]))];
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

    public IReadOnlyList<CellMember> Members => _members;

    public IEnumerable<SimulatedNode> Running => Nodes.Values.Where(node => node.IsRunning);

    public static uint SnatOf(ushort node) => 0x0000_13c6u | ((uint)node << 24);

    public static FlowDirectoryOptions Options(ushort node, ulong start) => new()
    {
        NodeId = node, Start = start, CellSeed = CellSeed, NodeSeed = start, RecordCapacity = 65_536,
    };

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

    /// <summary>The process stands still: the others notice after the detection time, it itself when it wakes.</summary>
    public void Freeze(ushort id)
    {
        Nodes[id].Stop();
        foreach (SimulatedNode other in Running)
            Break(id, other.Id, DetectionNs - Chance.NextInt64(50_000_000));
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
    public bool RunUntil(Func<bool> holds, long limitNs = 10_000_000_000)
    {
        long endNs = NowNs + limitNs;
        while (!holds())
        {
            if (NowNs >= endNs)
                return false;
            RunFor(200_000);
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
        int connection = link.Connection;
        link.LastNs = Math.Max(link.LastNs + 1, NowNs + Chance.NextInt64(20_000, 300_000));
        At(link.LastNs, () =>
        {
            if (!link.IsBlocked && link.Connection == connection && Nodes[to].IsRunning
                && Nodes[to].Peers.Contains(from))
                Nodes[to].Receive(from, copy);
        });
        return true;
    }

    private SimulatedLink Link(ushort from, ushort to) => _links[(from, to)];

    private void Connect(ushort left, ushort right)
    {
        ulong leftStart = Nodes[left].StartNumber;
        ulong rightStart = Nodes[right].StartNumber;
        After(ConnectNs + Chance.NextInt64(ConnectNs), () =>
        {
            bool isSame = Nodes[left].IsRunning && Nodes[right].IsRunning
                && Nodes[left].StartNumber == leftStart && Nodes[right].StartNumber == rightStart;
            if (!isSame || Link(left, right).IsBlocked)
                return;
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
