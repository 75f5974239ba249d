using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Remote;

namespace Hyperplane.Flows.Tests.Simulation;

/// <summary>A node of a simulated cell: a directory's end, hosted in virtual time.</summary>
internal sealed class SimulatedNode(SimulatedCell cell, ushort id) : IFlowTransport
{
    private FlowDirectory? _directory;
    private readonly Queue<Action> _later = new();
    private ReplicaLinks? _links;
    private long _turnAtNs;

    public ushort Id => id;

    public bool IsRunning => _directory is not null;

    /// <summary>Stands still: what arrives waits.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Grows with every start.</summary>
    public ulong StartNumber { get; private set; }

    /// <summary>Where a pipeline, or a test, meets the directory.</summary>
    public FlowExchange Exchange { get; private set; } = new(64);

    public FlowDirectory Directory => _directory ?? throw new InvalidOperationException($"node {id} does not run");

    /// <summary>Connected now.</summary>
    public HashSet<ushort> Peers { get; } = [];

    /// <summary>Told when peers come and go, after the directory.</summary>
    public Action PeersChanged { get; set; } = static () => { };

    /// <summary>Told when answers wait.</summary>
    public Action AnswersWaiting { get; set; } = static () => { };

    public void Start(long nowNs)
    {
        StartNumber = (ulong)(nowNs / 1_000) + id;
        IsPaused = false;
        _later.Clear();
        Peers.Clear();
        _turnAtNs = 0;
        Exchange = new FlowExchange(cell.ExchangeCapacity)
        {
            RequestsWaiting = () => cell.After(5_000, Turn),
            AnswersWaiting = () => cell.After(5_000, () => AnswersWaiting()),
        };
        _links = cell.Silos?.LinksOf(this);
        _directory = new FlowDirectory(
            cell.OptionsOf(id, StartNumber) with { ReplicasLiveElsewhere = _links is not null },
            Exchange,
            _links is null ? this : new RoutedTransport(this, _links),
            nowNs);
        _directory.SetMembers(cell.MembersAsSeenBy(id));
        _links?.Open(_directory);
        Turn();
    }

    public void Stop()
    {
        _directory = null;
        _later.Clear();
        IsPaused = false;
    }

    public void Pause() => IsPaused = true;

    /// <summary>Goes on with what waited.</summary>
    public void Resume()
    {
        IsPaused = false;
        while (!IsPaused && _later.TryDequeue(out Action? action))
            action();
        Turn();
    }

    public void LearnMembers()
    {
        if (IsPaused)
            _later.Enqueue(LearnMembers);
        else if (IsRunning)
            Directory.SetMembers(cell.MembersAsSeenBy(id));
    }

    public void Up(ushort peer, ulong start)
    {
        if (IsPaused)
        {
            _later.Enqueue(() => Up(peer, start));
            return;
        }
        Peers.Add(peer);
        Directory.OnUp(peer, start);
        PeersChanged();
        Turn();
    }

    public void Down(ushort peer)
    {
        if (IsPaused)
        {
            _later.Enqueue(() => Down(peer));
            return;
        }
        if (!IsRunning || !Peers.Remove(peer))
            return;
        Directory.OnDown(peer);
        PeersChanged();
        Turn();
    }

    public void Receive(ushort from, byte[] batch)
    {
        if (IsPaused)
        {
            _later.Enqueue(() => Receive(from, batch));
            return;
        }
        Assert.Null(Directory.OnBatch(from, batch, cell.NowNs));
        Turn();
    }

    /// <summary>Asks the directory as a pipeline would.</summary>
    public void Ask(in FlowRequest request)
    {
        Assert.True(Exchange.Requests.TryWrite(request));
        Exchange.RequestsWaiting();
    }

    /// <summary>The next answer; what comes unasked (a relay entry is out of date, a port is taken) is passed
    /// over.</summary>
    public bool TryReadAnswer(out FlowAnswer answer)
    {
        while (Exchange.Answers.TryRead(out answer))
        {
            if (answer.Kind is not (FlowAnswerKind.NotMine or FlowAnswerKind.PortTaken))
                return true;
        }
        return false;
    }

    public bool TrySend(ushort node, ReadOnlySpan<byte> batch) => cell.Carry(id, node, batch);

    public int QueuedBytes(ushort node) => 0;

    public void Turn()
    {
        if (_directory is null || IsPaused)
            return;
        long linksAtNs = _links?.Turn(cell.NowNs) ?? long.MaxValue;
        long dueNs = Math.Min(_directory.Turn(cell.NowNs), linksAtNs);
        long atNs = _directory.OpenQuestions > 0 ? dueNs : Math.Max(dueNs, cell.NowNs + cell.LeastTurnNs);
        if (atNs == long.MaxValue || (_turnAtNs > cell.NowNs && _turnAtNs <= atNs))
            return;
        _turnAtNs = atNs;
        FlowDirectory current = _directory;
        cell.At(Math.Max(atNs, cell.NowNs + 1_000), () =>
        {
            if (_directory == current)
                Turn();
        });
    }
}
