using Hyperplane.Agent.Flows;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Tests.Simulation;
using Hyperplane.Linux.Polling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>A node's directory with an agent's real connection to a silo; its neighbours are objects of the same
/// thread.</summary>
internal sealed class LocalNode : IFlowTransport
{
    private readonly Dictionary<ushort, LocalNode> _neighbours = [];
    private readonly Queue<(ushort From, byte[] Batch)> _arrived = new();
    private readonly SiloClient _silo;

    public LocalNode(ushort id, string cell, string socket, long nowNs)
    {
        (Id, StartedNs) = (id, nowNs);
        Start = (ulong)(nowNs / 1_000) + id;
        _silo = new SiloClient(
            new SiloClientOptions { Cell = cell, Socket = socket },
            new ReplicaLinksOptions { NodeId = id, Start = Start, DeadlineNs = 250_000_000 }, NullLogger.Instance);
        Directory = new FlowDirectory(
            SimulatedCell.Options(id, Start) with { ReplicasLiveElsewhere = true },
            Exchange, new RoutedTransport(this, _silo), nowNs);
        Directory.SetMembers([.. Enumerable.Range(1, 3).Select(node =>
            new CellMember((ushort)node, [SimulatedCell.SnatOf((ushort)node)]))]);
        _silo.Open(Directory);
    }

    public ushort Id { get; }

    public ulong Start { get; }

    public long StartedNs { get; }

    public FlowExchange Exchange { get; } = new();

    public FlowDirectory Directory { get; }

    /// <summary>Replicas that answer now.</summary>
    public int Reachable => _silo.Reachable;

    /// <summary>Whether it waits for nothing, knows all replicas as filled, and is complete.</summary>
    public bool IsSettled
    {
        get
        {
            foreach (MemberState member in Directory.View.Members)
            {
                bool isReplica = ReplicaAddress.IsReplica(member.NodeId);
                if (isReplica && (!member.IsHolding || _silo.QueuedBytes(member.NodeId) > 0))
                    return false;
            }
            return Directory.IsComplete && Directory.OpenQuestions == 0;
        }
    }

    /// <summary>Whether something arrived that was not looked at.</summary>
    public bool HasArrivals => _arrived.Count > 0;

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

    public void Watch(PollSet set) => _silo.Watch(set);

    /// <summary>Does what is due; returns when to call it again at the latest.</summary>
    public long Turn(long nowNs)
    {
        while (_arrived.TryDequeue(out (ushort From, byte[] Batch) arrived))
        {
            if (_neighbours.ContainsKey(arrived.From))
                Assert.Null(Directory.OnBatch(arrived.From, arrived.Batch, nowNs));
        }
        long siloAtNs = _silo.Turn(nowNs);
        long directoryAtNs = Directory.Turn(nowNs);
        _silo.Flush();
        return Math.Min(directoryAtNs, siloAtNs);
    }

    public bool TrySend(ushort node, ReadOnlySpan<byte> batch)
    {
        if (!_neighbours.TryGetValue(node, out LocalNode? neighbour))
            return false;
        neighbour._arrived.Enqueue((Id, batch.ToArray()));
        return true;
    }

    public int QueuedBytes(ushort node) => 0;

    public void Close() => _silo.Dispose();
}
