using System.Net;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows;
using Hyperplane.Flows.Cells;
using Hyperplane.Mesh;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Bench.Flows;

/// <summary>A node's flow state without a pipeline: a directory's end on a real mesh over loopback.</summary>
internal sealed class FlowNode : IMeshHandler, IFlowTransport, IDisposable
{
    private const byte Batch = 1;
    private const int QueueBytes = 8 * 1024 * 1024;

    private readonly HashSet<ushort> _up = [];
    private readonly MeshHost _mesh;
    private volatile bool _isComplete;

    public FlowNode(ushort id, ulong start, int port, int capacity, IReadOnlyList<ushort> nodes)
    {
        Start = start;
        Exchange = new FlowExchange { RequestsWaiting = () => _mesh!.Wake() };
        Directory = new FlowDirectory(
            new FlowDirectoryOptions
            {
                NodeId = id, Start = start, UnixOffsetNs = 0, CellSeed = 1, NodeSeed = start,
                RecordCapacity = capacity, NegativesPerSecond = int.MaxValue,
            },
            Exchange, this, TimeProvider.System.GetTimestamp());
        _mesh = new MeshHost(
            new MeshOptions
            {
                Cell = "bench", NodeId = id, Start = start, Key = new byte[32], SendQueueBytes = QueueBytes,
                Listen = new IPEndPoint(AddressOf(id), port),
            },
            this, NullLogger<MeshHost>.Instance, TimeProvider.System);
        Directory.SetMembers([.. nodes.Select(other => new CellMember(other, []))]);
        _mesh.SetPeers([.. nodes.Where(other => other != id).Select(other =>
            new MeshPeer(other, new IPEndPoint(AddressOf(other), port)))]);
        _mesh.Start();
    }

    public ulong Start { get; }

    public FlowExchange Exchange { get; }

    public FlowDirectory Directory { get; }

    /// <summary>Sent to another node beside what the directory says; set any time.</summary>
    public PutLoad? Load { get; set; }

    /// <summary>Complete in the cell as it sees it; any thread.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>CPU time of the mesh thread, which does all of a directory's work.</summary>
    public TimeSpan CpuTime => ThreadTime.Of(ThreadId);

    private int ThreadId { get; set; }

    public static IPAddress AddressOf(ushort id) => IPAddress.Parse($"127.0.0.{100 + id}");

    public void OnStart() => ThreadId = ThreadTime.Current();

    public void OnUp(ushort node, ulong start)
    {
        _up.Add(node);
        Directory.OnUp(node, start);
    }

    public void OnDown(ushort node, ulong start, MeshDownReason reason)
    {
        _up.Remove(node);
        Directory.OnDown(node);
    }

    public void OnMessage(ushort node, byte type, ReadOnlySpan<byte> body)
    {
        if (Directory.OnBatch(node, body, TimeProvider.System.GetTimestamp()) is { } defect)
            throw new InvalidOperationException(defect);
    }

    public long OnTurn(long nowNs)
    {
        long next = Directory.Turn(nowNs);
        if (Load is { } load)
            next = Math.Min(next, load.Send(nowNs, this));
        _isComplete = Directory.Holds && Directory.IsComplete && _up.Count > 0;
        return next;
    }

    public bool TrySend(ushort node, ReadOnlySpan<byte> batch) =>
        _up.Contains(node) && _mesh.TrySend(node, Batch, batch);

    public int QueuedBytes(ushort node) => _up.Contains(node) ? QueueBytes - _mesh.FreeBytes(node) : 0;

    public void Wake() => _mesh.Wake();

    public void Dispose() => _mesh.Dispose();
}
