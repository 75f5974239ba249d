using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Flows.Tests.Simulation;

/// <summary>A node of a simulated cell: a directory's end, hosted in virtual time.</summary>
internal sealed class SimulatedNode(SimulatedCell cell, ushort id) : IFlowTransport
{
    private FlowDirectory? _directory;
    private long _turnAtNs;

    public ushort Id => id;

    public bool IsRunning => _directory is not null;

    /// <summary>Grows with every start.</summary>
    public ulong StartNumber { get; private set; }

    /// <summary>Where a pipeline, or a test, meets the directory.</summary>
    public FlowExchange Exchange { get; private set; } = new(4_096);

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
        Peers.Clear();
        Exchange = new FlowExchange(4_096)
        {
            RequestsWaiting = () => cell.After(5_000, Turn),
            AnswersWaiting = () => cell.After(5_000, () => AnswersWaiting()),
        };
        _directory = new FlowDirectory(SimulatedCell.Options(id, StartNumber), Exchange, this, nowNs);
        _directory.SetMembers(cell.Members);
        Turn();
    }

    public void Stop() => _directory = null;

    public void Up(ushort peer, ulong start)
    {
        Peers.Add(peer);
        Directory.OnUp(peer, start);
        PeersChanged();
        Turn();
    }

    public void Down(ushort peer)
    {
        if (!IsRunning || !Peers.Remove(peer))
            return;
        Directory.OnDown(peer);
        PeersChanged();
        Turn();
    }

    public void Receive(ushort from, byte[] batch)
    {
        Assert.Null(Directory.OnBatch(from, batch, cell.NowNs));
        Turn();
    }

    /// <summary>Asks the directory as a pipeline would.</summary>
    public void Ask(in FlowRequest request)
    {
        Assert.True(Exchange.Requests.TryWrite(request));
        Exchange.RequestsWaiting();
    }

    public bool TrySend(ushort node, ReadOnlySpan<byte> batch) => cell.Carry(id, node, batch);

    public int QueuedBytes(ushort node) => 0;

    private void Turn()
    {
        if (_directory is null)
            return;
        long atNs = _directory.Turn(cell.NowNs);
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
