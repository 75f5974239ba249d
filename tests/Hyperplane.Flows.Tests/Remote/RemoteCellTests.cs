using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Remote;

public sealed class RemoteCellTests
{
    [Fact]
    public void Twins_live_apart_and_every_replica_is_reached_and_filled()
    {
        SimulatedCell cell = Settled();
        for (ushort address = ReplicaAddress.First; address != 0; address++)
        {
            Assert.True(cell.Silos!.Replica(address).IsFilled);
            Assert.NotEqual(cell.Silos.PlaceOf(address), cell.Silos.PlaceOf(ReplicaAddress.TwinOf(address)));
        }
        Assert.All(cell.Running, node => Assert.True(node.Directory.Holds));
    }

    [Fact]
    public void While_a_dead_place_is_unnoticed_the_twins_decide_and_answer_within_the_deadline()
    {
        SimulatedCell cell = Settled();
        SimulatedNode owner = cell.Nodes[1];
        FlowRecord[] before = [.. Enumerable.Range(0, 100).Select(flow => Create(cell, owner, flow, 1_000_000))];
        cell.RunFor(5_000_000);
        cell.Silos!.Kill(1);
        for (int flow = 100; flow < 200; flow++)
            Create(cell, owner, flow, limitNs: 110_000_000);
        foreach (FlowRecord record in before)
        {
            cell.Nodes[2].Ask(new FlowRequest { Kind = FlowRequestKind.LookUp, Key = record.Reverse });
            Assert.Equal(FlowAnswerKind.Relay, Answer(cell, cell.Nodes[2], limitNs: 1_000_000).Kind);
        }
    }

    [Fact]
    public void Slow_replicas_are_given_up_and_taken_back_when_they_answer_in_time()
    {
        SimulatedCell cell = Settled();
        SimulatedNode node = cell.Nodes[1];
        FlowRecord known = Create(cell, node, 1, 1_000_000);
        cell.Silos!.ExtraDelayNs = 120_000_000;
        cell.RunFor(5_000_000_000);
        Assert.Equal(0, CountUp(node));

        cell.Silos.ExtraDelayNs = 0;
        Assert.True(cell.RunUntil(() => cell.Running.All(n => CountUp(n) == ReplicaAddress.Count)));
        Assert.True(cell.RunUntil(() => cell.Running.All(n => n.Directory.IsComplete)));
        cell.Kill(1);
        cell.RunFor(5_000_000);
        cell.Nodes[2].Ask(new FlowRequest { Kind = FlowRequestKind.LookUp, Key = known.Forward });
        Assert.Equal(FlowAnswerKind.Own, Answer(cell, cell.Nodes[2], 10_000_000).Kind);
    }

    [Fact]
    public void A_node_that_stood_still_gives_no_replica_up_for_it()
    {
        SimulatedCell cell = Settled();
        var calls = new List<(ushort Address, byte[] Request)>();
        var links = new ReplicaLinks(
            new ReplicaLinksOptions { NodeId = 1, Start = 1 },
            new SimulatedCaller((address, request) => calls.Add((address, request))));
        var directory = new FlowDirectory(
            SimulatedCell.Options(1, 1) with { ReplicasLiveElsewhere = true }, new FlowExchange(64), links, nowNs: 0);
        links.Open(directory);
        long nowNs = 0;
        while (links.Reachable < ReplicaAddress.Count)
        {
            nowNs = links.Turn(nowNs);
            AnswerAll(cell, links, calls);
            Assert.True(nowNs < 5_000_000_000);
        }
        while (calls.Count == 0)
            nowNs = links.Turn(nowNs);
        nowNs = links.Turn(nowNs + 200_000_000);
        Assert.Equal((ReplicaAddress.Count, 0), (links.Reachable, links.Failures));

        AnswerAll(cell, links, calls);
        for (long endNs = nowNs + 300_000_000; nowNs < endNs;)
            nowNs = links.Turn(nowNs);
        Assert.True(links.Failures > 0, "whoever does not answer a node that runs is given up");
    }

    [Fact]
    public void Without_any_replica_a_node_goes_on_alone_and_publishes_once_they_are_back()
    {
        SimulatedCell cell = Settled();
        foreach (ulong place in new ulong[] { 1, 2, 3 })
            cell.Silos!.Kill(place);
        cell.RunFor(100_000_000);
        FlowRecord record = Create(cell, cell.Nodes[1], 1, 300_000_000);
        cell.Nodes[2].Ask(new FlowRequest { Kind = FlowRequestKind.LookUp, Key = record.Forward });
        Assert.Equal(FlowAnswerKind.Unavailable, Answer(cell, cell.Nodes[2], 200_000_000).Kind);

        foreach (ulong place in new ulong[] { 4, 5 })
            cell.Silos!.Join(place);
        Assert.True(cell.RunUntil(() => cell.Running.All(node => CountUp(node) == ReplicaAddress.Count)));
        Assert.True(cell.RunUntil(() => cell.Running.All(node => node.Directory.IsComplete)));
        cell.RunFor(5_000_000);
        cell.Nodes[2].Ask(new FlowRequest { Kind = FlowRequestKind.LookUp, Key = record.Forward });
        Assert.Equal(FlowAnswerKind.Relay, Answer(cell, cell.Nodes[2], 10_000_000).Kind);
    }

    [Fact]
    public void A_node_that_starts_while_no_replica_answers_waits_for_them_but_not_for_ever_when_nobody_serves()
    {
        SimulatedCell cell = Settled();
        foreach (ulong place in new ulong[] { 1, 2, 3 })
            cell.Silos!.Kill(place);
        cell.Kill(1);
        cell.RunFor(1_000_000_000);
        cell.Start(1);
        cell.RunFor(3_000_000_000);
        Assert.False(cell.Nodes[1].Directory.Holds);
        cell.Silos!.Join(4);
        Assert.True(cell.RunUntil(() => cell.Nodes[1].Directory.Holds, limitNs: 6_000_000_000));

        cell.Silos.Kill(4);
        cell.Kill(1);
        cell.RunFor(1_000_000_000);
        cell.Start(1);
        Assert.False(cell.RunUntil(() => cell.Nodes[1].Directory.Holds, limitNs: 100_000_000_000));
        cell.Kill(2);
        cell.Kill(3);
        Assert.False(cell.RunUntil(() => cell.Nodes[1].Directory.Holds, limitNs: 29_000_000_000));
        Assert.True(cell.RunUntil(() => cell.Nodes[1].Directory.Holds, limitNs: 2_000_000_000));
    }

    private static void AnswerAll(
        SimulatedCell cell, ReplicaLinks links, List<(ushort Address, byte[] Request)> calls)
    {
        foreach ((ushort address, byte[] request) in calls)
            links.OnAnswer(address, cell.Silos!.Replica(address).Handle(request, 1));
        calls.Clear();
    }

    private static int CountUp(SimulatedNode node)
    {
        int up = 0;
        foreach (MemberState member in node.Directory.View.Members)
            up += ReplicaAddress.IsReplica(member.NodeId) && member.IsAlive ? 1 : 0;
        return up;
    }

    private static SimulatedCell Settled()
    {
        var cell = new SimulatedCell(3, seed: 3, silos: 3);
        cell.StartAll();
        cell.RunFor(1_100_000_000);
        Assert.True(cell.RunUntil(() => cell.Running.All(node => node.Directory.IsComplete)));
        return cell;
    }

    private static FlowRecord Create(SimulatedCell cell, SimulatedNode owner, int flow, long limitNs)
    {
        owner.Ask(new FlowRequest { Kind = FlowRequestKind.Insert, Record = Sample.Record(flow, owner) });
        FlowAnswer answer = Answer(cell, owner, limitNs);
        Assert.Equal(FlowAnswerKind.Won, answer.Kind);
        return answer.Record;
    }

    private static FlowAnswer Answer(SimulatedCell cell, SimulatedNode node, long limitNs)
    {
        FlowAnswer answer = default;
        Assert.True(
            cell.RunUntil(() => node.TryReadAnswer(out answer), limitNs), $"node {node.Id} has no answer");
        return answer;
    }
}
