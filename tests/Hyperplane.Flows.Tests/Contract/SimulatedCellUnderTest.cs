using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Contract;

/// <summary>A cell in virtual time: five nodes that hold the records, or three with three places beside them.</summary>
internal sealed class SimulatedCellUnderTest : ICellUnderTest
{
    private readonly SimulatedCell _cell;

    public SimulatedCellUnderTest(bool replicasLiveElsewhere)
    {
        _cell = replicasLiveElsewhere
            ? new SimulatedCell(3, seed: 1, silos: 3)
            : new SimulatedCell(5, seed: 1);
        _cell.StartAll();
        _cell.RunFor(1_100_000_000);
    }

    public ulong StartOf(ushort node) => _cell.Nodes[node].StartNumber;

    public void Ask(ushort node, in FlowRequest request) => _cell.Nodes[node].Ask(request);

    public FlowAnswer Answer(ushort node)
    {
        FlowAnswer answer = default;
        Assert.True(
            _cell.RunUntil(() => _cell.Nodes[node].TryReadAnswer(out answer)),
            $"node {node} has no answer");
        return answer;
    }

    public void Settle()
    {
        _cell.RunFor(5_000_000);
        Assert.True(_cell.RunUntil(IsSettled), "the cell does not become complete");
        _cell.RunFor(5_000_000);
    }

    public void KillNode(ushort node)
    {
        _cell.Kill(node);
        _cell.RunFor(2_000_000);
    }

    public void LosePlace(int place)
    {
        if (_cell.Silos is { } silos)
        {
            silos.Kill((ulong)place + 1);
            _cell.RunFor(SimulatedSilos.NoticedNs + 2_000_000_000);
            silos.Join((ulong)place + 1);
            return;
        }
        ushort node = (ushort)(place + 4);
        _cell.Kill(node);
        _cell.RunFor(1_000_000_000);
        _cell.Start(node);
        _cell.RunFor(1_000_000_000);
    }

    public bool RefusesBytes(byte[] bytes)
    {
        if (_cell.Silos is { } silos)
        {
            byte[] answer = silos.Replica(ReplicaAddress.First).Handle(bytes, 1);
            return MemoryMarshal.Read<AnswerHeader>(answer).Verdict != BatchVerdict.Done;
        }
        return _cell.Nodes[4].Directory.OnBatch(1, bytes, _cell.NowNs) is not null;
    }

    public void Dispose()
    {
    }

    private bool IsSettled() => _cell.Running.All(node => node.Directory.IsComplete)
        && _cell.Running.Select(node => node.Directory.View.Number).Distinct().Count() == 1;
}
