using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Directory;

/// <summary>Tests of a cell whose nodes have settled; a test is the pipeline of each.</summary>
public abstract class SettledCellTests
{
    private protected SimulatedCell Cell { get; set; } = Settled(3);

    private protected static SimulatedCell Settled(int nodes)
    {
        var cell = new SimulatedCell(nodes, seed: 1);
        cell.StartAll();
        cell.RunFor(1_100_000_000);
        return cell;
    }

    private protected void CutOff(ushort node)
    {
        foreach (ushort other in Cell.Nodes.Keys.Where(other => other != node))
            Cell.Partition(node, other);
    }

    /// <summary>The living flows of a key, wherever there is one.</summary>
    private protected FlowRecord[] Held(in FlowKey key)
    {
        var held = new List<FlowRecord>();
        foreach (SimulatedNode node in Cell.Running)
        {
            if (node.Directory.Replica.TryFindLive(key, out FlowRecord record))
                held.Add(record);
        }
        return [.. held];
    }

    /// <summary>Whoever answers for a flow's forward key, as its owner sees the cell, holds the flow.</summary>
    private protected void AssertWritersHold(FlowRecord flow)
    {
        CellView view = Cell.Nodes[flow.OwnerNode].Directory.View;
        foreach (ushort node in view.WritersOf(view.ShardOf(flow.Forward), flow.OwnerNode))
        {
            Assert.True(Cell.Nodes[node].Directory.Replica.TryFindLive(flow.Forward, out FlowRecord held));
            Assert.Equal(flow.Incarnation, held.Incarnation);
        }
    }

    private protected FlowRecord Create(ushort node, int flow, int before = 0)
    {
        FlowRecord record = Sample.Record(flow, Cell.Nodes[node]);
        record.Incarnation += (ulong)before * 1_000;
        Ask(node, FlowRequestKind.Insert, record);
        Cell.RunFor(2_000_000);
        return Assert.Single(ReadAll(node), answer => answer.Kind == FlowAnswerKind.Won).Record;
    }

    private protected void Ask(ushort node, FlowRequestKind kind, in FlowRecord record) =>
        Cell.Nodes[node].Ask(new FlowRequest { Kind = kind, Key = record.Forward, Record = record });

    private protected List<FlowAnswer> ReadAll(ushort node)
    {
        var answers = new List<FlowAnswer>();
        while (Cell.Nodes[node].Exchange.Answers.TryRead(out FlowAnswer answer))
            answers.Add(answer);
        return answers;
    }
}
