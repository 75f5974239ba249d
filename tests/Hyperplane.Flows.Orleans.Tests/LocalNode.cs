using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Tests.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>A node's directory with a real client of the cluster; its neighbours are objects of the same
/// thread.</summary>
internal sealed class LocalNode : IFlowTransport
{
    private readonly Dictionary<ushort, LocalNode> _neighbours = [];
    private readonly Queue<(ushort From, byte[] Batch)> _arrived = new();
    private readonly OrleansEngine _engine;

    public LocalNode(ushort id, FlowClusterOptions cluster, long nowNs, Action wake)
    {
        (Id, StartedNs) = (id, nowNs);
        Start = (ulong)(nowNs / 1_000) + id;
        Exchange = new FlowExchange { RequestsWaiting = wake };
        _engine = new OrleansEngine(
            cluster,
            new ReplicaLinksOptions { NodeId = id, Start = Start, DeadlineNs = 250_000_000 },
            NullLoggerFactory.Instance, TimeProvider.System, wake);
        Directory = new FlowDirectory(
            SimulatedCell.Options(id, Start) with { ReplicasLiveElsewhere = true },
            Exchange, new RoutedTransport(this, _engine), nowNs);
        Directory.SetMembers([.. Enumerable.Range(1, 3).Select(node =>
            new CellMember((ushort)node, [SimulatedCell.SnatOf((ushort)node)]))]);
        _engine.Start(Directory);
    }

    public ushort Id { get; }

    public ulong Start { get; }

    public long StartedNs { get; }

    public FlowExchange Exchange { get; }

    public FlowDirectory Directory { get; }

    /// <summary>Replicas that answer now.</summary>
    public int Reachable => _engine.Reachable;

    /// <summary>Whether it waits for nothing, knows all replicas as filled, and is complete.</summary>
    public bool IsSettled
    {
        get
        {
            foreach (MemberState member in Directory.View.Members)
            {
                bool isReplica = ReplicaAddress.IsReplica(member.NodeId);
                if (isReplica && (!member.IsHolding || _engine.QueuedBytes(member.NodeId) > 0))
                    return false;
            }
            return Directory.IsComplete && Directory.OpenQuestions == 0;
        }
    }

    public void Meet(LocalNode other)
    {
        _neighbours[other.Id] = other;
        Directory.OnUp(other.Id, other.Start);
    }

    public void Lose(ushort node)
    {
        if (_neighbours.Remove(node))
            Directory.OnDown(node);
    }

    /// <summary>Does what is due; returns when to call it again at the latest.</summary>
    public long Turn(long nowNs)
    {
        while (_arrived.TryDequeue(out (ushort From, byte[] Batch) arrived))
        {
            if (_neighbours.ContainsKey(arrived.From))
                Assert.Null(Directory.OnBatch(arrived.From, arrived.Batch, nowNs));
        }
        long linksAtNs = _engine.Turn(nowNs);
        return Math.Min(Directory.Turn(nowNs), linksAtNs);
    }

    public bool TrySend(ushort node, ReadOnlySpan<byte> batch)
    {
        if (!_neighbours.TryGetValue(node, out LocalNode? neighbour))
            return false;
        neighbour._arrived.Enqueue((Id, batch.ToArray()));
        return true;
    }

    public int QueuedBytes(ushort node) => 0;

    /// <summary>Whether something arrived that was not looked at.</summary>
    public bool HasArrivals => _arrived.Count > 0;

    public void Close() => _engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
