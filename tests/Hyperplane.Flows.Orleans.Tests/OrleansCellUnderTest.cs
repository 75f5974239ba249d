using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Tests.Contract;
using Hyperplane.Linux.Polling;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>Three nodes on the test's thread, three flow-silo processes, PostgreSQL. All nodes speak with the third
/// silo, so that the others' deaths are those of places alone.</summary>
internal sealed class OrleansCellUnderTest : ICellUnderTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static int _cells;

    private readonly string _database;
    private readonly string _cell;
    private readonly List<SiloProcess> _silos = [];
    private readonly SortedDictionary<ushort, LocalNode> _nodes = [];
    private readonly PollSet _set = new();
    private ReplicaProbe? _probe;

    public OrleansCellUnderTest(string database)
    {
        _database = database;
        _cell = $"cell-{Interlocked.Increment(ref _cells)}";
        _silos.AddRange(SiloProcess.Start(3, _cell, database));
        for (ushort id = 1; id <= 3; id++)
            _nodes.Add(id, new LocalNode(id, _cell, _silos[2].Socket, NowNs));
        foreach (LocalNode node in _nodes.Values)
        {
            foreach (LocalNode other in _nodes.Values.Where(other => other != node))
                node.Meet(other);
        }
    }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public ReplicaProbe Probe => _probe ??= new ReplicaProbe(_cell, _silos[2].Socket);

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
            Probe.UntilTwinsAreApart(limit.Token);
        ushort[] lost = Probe.LivingOn(_silos[place].Address);
        Assert.NotEmpty(lost);
        Dictionary<ushort, ulong> before = lost.ToDictionary(
            address => address, address => _nodes.Values.First().Directory.View[address].Start);
        _silos[place].Kill();
        RunUntil(
            () => _nodes.Values.All(node => lost.All(address =>
                node.Directory.View[address].Start != before[address])),
            "the silo's death goes unnoticed");
        Settle();
        _silos[place].Dispose();
        _silos[place] = SiloProcess.Start(1, _cell, _database)[0];
    }

    /// <summary>What is too long for any request costs the connection.</summary>
    public bool RefusesBytes(byte[] bytes)
    {
        try
        {
            byte[] answer = Probe.Handle(ReplicaAddress.First, bytes);
            return MemoryMarshal.Read<AnswerHeader>(answer).Verdict != BatchVerdict.Done;
        }
        catch (SocketException)
        {
            Probe.Dispose();
            _probe = null;
            return bytes.Length > RemoteReplica.LongestRequestBytes;
        }
    }

    public void AddSilo() => _silos.AddRange(SiloProcess.Start(1, _cell, _database));

    /// <summary>The silo that the nodes speak with dies, and another one comes in its place.</summary>
    public void RestartOwnSilo()
    {
        _silos[2].Kill();
        RunUntil(() => _nodes.Values.All(node => node.Reachable == 0), "the silo's death goes unnoticed");
        _silos[2].Restart();
        Settle();
    }

    public void Dispose()
    {
        foreach (LocalNode node in _nodes.Values)
            node.Close();
        _probe?.Dispose();
        foreach (SiloProcess silo in _silos)
            silo.Dispose();
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
            _set.Clear();
            foreach (LocalNode node in _nodes.Values)
                node.Watch(_set);
            _set.Wait(Math.Min(nextNs, endNs) - NowNs);
        }
    }
}
