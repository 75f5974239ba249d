using System.Diagnostics;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Tests.Contract;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>Three nodes on the test's thread, three flow-silo processes, PostgreSQL.</summary>
internal sealed class OrleansCellUnderTest : ICellUnderTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static int _cells;

    private readonly string _database;
    private readonly FlowClusterOptions _cluster;
    private readonly List<SiloProcess> _silos = [];
    private readonly SortedDictionary<ushort, LocalNode> _nodes = [];
    private readonly AutoResetEvent _bell = new(initialState: false);
    private ReplicaProbe? _probe;

    public OrleansCellUnderTest(string database)
    {
        _database = database;
        _cluster = new FlowClusterOptions { Cell = $"cell-{Interlocked.Increment(ref _cells)}", Database = database };
        _silos.AddRange(SiloProcess.Start(3, _cluster.Cell, database));
        for (ushort id = 1; id <= 3; id++)
            _nodes.Add(id, new LocalNode(id, _cluster, NowNs, () => _bell.Set()));
        foreach (LocalNode node in _nodes.Values)
        {
            foreach (LocalNode other in _nodes.Values.Where(other => other != node))
                node.Meet(other);
        }
    }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public ReplicaProbe Probe => _probe ??= new ReplicaProbe(_cluster);

    private static long NowNs => Stopwatch.GetTimestamp();

    public ulong StartOf(ushort node) => _nodes[node].Start;

    public void Ask(ushort node, in FlowRequest request) =>
        Assert.True(_nodes[node].Exchange.Requests.TryWrite(request));

    public FlowAnswer Answer(ushort node)
    {
        FlowAnswer answer = default;
        RunUntil(() => TryRead(node, out answer), $"node {node} has no answer");
        return answer;
    }

    public void Settle() => RunUntil(
        () => _nodes.Values.All(node => node.IsSettled && NowNs - node.StartedNs > 1_050_000_000)
            && _nodes.Values.Select(node => node.Directory.View.Number).Distinct().Count() == 1,
        "the cell does not become complete");

    public void KillNode(ushort node)
    {
        _nodes.Remove(node, out LocalNode? dead);
        foreach (LocalNode other in _nodes.Values)
            other.Lose(node);
        dead!.Close();
    }

    public void LosePlace(int place)
    {
        using (var limit = new CancellationTokenSource(Limit))
            Probe.UntilTwinsAreApartAsync(limit.Token).GetAwaiter().GetResult();
        _silos[place].Kill();
        RunUntil(
            () => _nodes.Values.All(node => node.Reachable < ReplicaAddress.Count), "the silo's death goes unnoticed");
        Settle();
        _silos[place].Dispose();
        _silos[place] = SiloProcess.Start(1, _cluster.Cell, _database)[0];
    }

    public bool RefusesBytes(byte[] bytes)
    {
        byte[] answer = Probe.Handle(ReplicaAddress.First, bytes);
        return MemoryMarshal.Read<AnswerHeader>(answer).Verdict != BatchVerdict.Done;
    }

    public void AddSilo() => _silos.AddRange(SiloProcess.Start(1, _cluster.Cell, _database));

    public void Dispose()
    {
        foreach (LocalNode node in _nodes.Values)
            node.Close();
        _probe?.Dispose();
        foreach (SiloProcess silo in _silos)
            silo.Dispose();
        _bell.Dispose();
    }

    /// <summary>Passes over hints, which come unasked.</summary>
    private bool TryRead(ushort node, out FlowAnswer answer)
    {
        while (_nodes[node].Exchange.Answers.TryRead(out answer))
        {
            if (answer.Kind is not (FlowAnswerKind.NotMine or FlowAnswerKind.PortTaken))
                return true;
        }
        return false;
    }

    private void RunUntil(Func<bool> holds, string otherwise)
    {
        long endNs = NowNs + (long)Limit.TotalNanoseconds;
        while (true)
        {
            long nextNs = long.MaxValue;
            foreach (LocalNode node in _nodes.Values)
                nextNs = Math.Min(nextNs, node.Turn(NowNs));
            if (holds())
                return;
            Assert.True(NowNs < endNs, otherwise);
            if (_nodes.Values.Any(node => node.HasArrivals))
                continue;
            long waitMs = Math.Clamp((Math.Min(nextNs, endNs) - NowNs) / 1_000_000, 0, 1_000);
            _bell.WaitOne((int)waitMs);
        }
    }
}
