using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Directory;

public sealed class FlowDirectoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_node_of_a_new_cell_becomes_complete(int nodes)
    {
        var cell = new SimulatedCell(nodes, seed: nodes);
        cell.StartAll();

        Assert.All(cell.Running, node => Assert.True(node.Directory.Holds && node.Directory.IsComplete));
        Assert.Single(cell.Running.Select(node => node.Directory.View.Number).Distinct());
    }

    [Fact]
    public void A_node_that_does_not_know_its_cell_yet_holds_nothing()
    {
        var cell = new SimulatedCell(1, seed: 1);
        var directory = new FlowDirectory(
            SimulatedCell.Options(1, start: 5), new FlowExchange(), cell.Nodes[1], cell.NowNs);
        directory.Turn(cell.NowNs + 2_000_000_000);
        Assert.False(directory.Holds);
        directory.SetMembers(cell.Members);
        directory.Turn(cell.NowNs + 2_000_000_001);
        Assert.True(directory.Holds);
    }

    [Fact]
    public void Of_several_pipelines_each_hears_of_its_own_keys_alone_and_one_that_is_behind_keeps_none_from_the_rest()
    {
        const int Room = 8;
        const int Records = 60;
        var cell = new SimulatedCell(1, seed: 1);
        var exchange = new FlowExchange(Room);
        exchange.Split(new FlowHomes(4, 3));
        int[] rings = new int[4];
        for (int i = 0; i < 4; i++)
        {
            int line = i;
            exchange.Lines[line].AnswersWaiting = () => rings[line]++;
        }
        var directory = new FlowDirectory(SimulatedCell.Options(1, start: 5), exchange, cell.Nodes[1], cell.NowNs);
        directory.SetMembers(cell.Members);
        long nowNs = cell.NowNs + 2_000_000_000;
        directory.Turn(nowNs);
        Assert.All(exchange.Lines, line => Assert.False(line.IsFilling));
        var heard = new HashSet<FlowKey>[4];
        for (int line = 0; line < 4; line++)
            heard[line] = [];
        for (int flow = 0; flow < Records; flow++)
        {
            FlowRecord record = Sample.Record(flow, 1, 5);
            int line = exchange.LineOf(record.Forward);
            Assert.True(exchange.Lines[line].Requests.TryWrite(new FlowRequest
            {
                Kind = FlowRequestKind.Insert, Key = record.Forward, Record = record,
            }));
            directory.Turn(++nowNs);
            // Nobody reads the first line until the end.
            for (int read = 1; read < 4; read++)
                Read(exchange.Lines[read], heard[read]);
            if (exchange.HasRequests)
                break;
        }
        Assert.Equal(Room, exchange.Lines[0].Answers.Count);
        Assert.True(heard.Skip(1).All(keys => keys.Count > 0));
        for (int turn = 0; turn < Records; turn++)
        {
            for (int line = 0; line < 4; line++)
                Read(exchange.Lines[line], heard[line]);
            directory.Turn(++nowNs);
        }
        Assert.All(Enumerable.Range(0, 4), line =>
            Assert.All(heard[line], key => Assert.Equal(line, exchange.LineOf(key))));
        Assert.True(heard[0].Count > Room);
        Assert.All(rings, count => Assert.True(count > 0));
    }

    private static void Read(FlowExchange line, HashSet<FlowKey> heard)
    {
        while (line.Answers.TryRead(out FlowAnswer answer))
        {
            Assert.Equal(FlowAnswerKind.Won, answer.Kind);
            Assert.True(heard.Add(answer.Key));
        }
    }

    [Fact]
    public void A_flow_that_nobody_has_is_won_and_every_other_node_finds_it()
    {
        SimulatedCell cell = Settled(3);
        for (int flow = 0; flow < 50; flow++)
        {
            SimulatedNode owner = cell.Nodes[(ushort)(1 + (flow % 3))];
            FlowRecord record = Create(cell, owner, flow);
            foreach (SimulatedNode other in cell.Running.Where(node => node != owner))
            {
                foreach (FlowKey key in new[] { record.Forward, record.Reverse })
                {
                    FlowAnswer answer = LookUp(cell, other, key);
                    Assert.Equal(FlowAnswerKind.Relay, answer.Kind);
                    Assert.Equal((owner.Id, owner.StartNumber), (answer.Record.OwnerNode, answer.Record.OwnerStart));
                }
            }
        }
    }

    [Fact]
    public void Of_two_that_create_the_same_flow_at_once_exactly_one_wins()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            SimulatedCell cell = Settled(3, seed);
            SimulatedNode left = cell.Nodes[1];
            SimulatedNode right = cell.Nodes[2];
            left.Ask(Insert(Sample.Record(7, left)));
            right.Ask(Insert(Sample.Record(7, right)));
            FlowAnswer[] answers = [Answer(cell, left), Answer(cell, right)];

            Assert.Equal(
                [FlowAnswerKind.Won, FlowAnswerKind.Lost], answers.Select(a => a.Kind).Order());
            Assert.Single(answers.Select(a => a.Record.Incarnation).Distinct());
        }
    }

    [Fact]
    public void The_flows_of_a_dead_node_are_claimed_with_their_translation()
    {
        SimulatedCell cell = Settled(3);
        FlowRecord[] records = [.. Enumerable.Range(0, 60).Select(flow => Create(cell, cell.Nodes[1], flow))];
        cell.Kill(1);
        cell.RunFor(2_000_000);
        foreach (FlowRecord record in records)
        {
            FlowAnswer answer = LookUp(cell, cell.Nodes[2], record.Forward);
            Assert.Equal(FlowAnswerKind.Own, answer.Kind);
            Assert.True(answer.Record.TranslatesLike(record));
            Assert.Equal(2, answer.Record.OwnerNode);
            Assert.True(answer.Record.Epoch > record.Epoch);
            Assert.Equal(FlowAnswerKind.Relay, LookUp(cell, cell.Nodes[3], record.Reverse).Kind);
        }
    }

    [Fact]
    public void Of_two_that_claim_at_once_one_owns_and_the_other_relays()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            SimulatedCell cell = Settled(4, seed);
            FlowRecord record = Create(cell, cell.Nodes[1], seed);
            cell.Kill(1);
            cell.RunFor(2_000_000);
            cell.Nodes[2].Ask(Ask(record.Forward));
            cell.Nodes[3].Ask(Ask(record.Reverse));
            FlowAnswer[] answers = [Answer(cell, cell.Nodes[2]), Answer(cell, cell.Nodes[3])];

            Assert.Equal([FlowAnswerKind.Own, FlowAnswerKind.Relay], answers.Select(a => a.Kind).Order());
            Assert.Single(answers.Select(a => a.Record.OwnerNode).Distinct());
        }
    }

    [Fact]
    public void Flows_outlive_the_death_of_one_node_after_another()
    {
        SimulatedCell cell = Settled(5);
        FlowRecord[] records = [.. Enumerable.Range(0, 200).Select(flow => Create(cell, cell.Nodes[1], flow))];
        foreach (ushort victim in new ushort[] { 1, 2, 3 })
        {
            cell.Kill(victim);
            cell.RunFor(2_000_000);
            Assert.True(cell.RunUntil(() => cell.Running.All(node => node.Directory.IsComplete)));
        }
        Assert.All(records, record =>
            Assert.Equal(FlowAnswerKind.Own, LookUp(cell, cell.Nodes[4], record.Forward).Kind));
    }

    [Fact]
    public void A_node_that_returns_is_filled_before_it_holds_and_its_old_flows_are_not_its_own()
    {
        SimulatedCell cell = Settled(3);
        FlowRecord[] records = [.. Enumerable.Range(0, 60).Select(flow => Create(cell, cell.Nodes[1], flow))];
        cell.Kill(1);
        cell.RunFor(1_000_000_000);
        cell.Start(1);
        Assert.True(cell.RunUntil(() => cell.Running.All(node => node.Directory.IsComplete)));
        cell.Kill(2);
        cell.RunFor(2_000_000);
        foreach (FlowRecord record in records)
        {
            FlowAnswer answer = LookUp(cell, cell.Nodes[1], record.Forward);
            Assert.Equal(FlowAnswerKind.Own, answer.Kind);
            Assert.Equal(cell.Nodes[1].StartNumber, answer.Record.OwnerStart);
        }
    }

    [Fact]
    public void A_node_that_starts_lets_its_pipeline_create_nothing_before_it_is_filled()
    {
        SimulatedCell cell = Settled(3);
        cell.Kill(1);
        cell.Start(1);
        Assert.True(cell.Nodes[1].Exchange.IsFilling);
        Assert.True(cell.RunUntil(() => cell.Nodes[1].Directory.Holds));
        Assert.False(cell.Nodes[1].Exchange.IsFilling);
    }

    [Fact]
    public void Two_nodes_that_never_see_each_other_keep_no_third_one_out_of_service()
    {
        SimulatedCell cell = Settled(3);
        cell.Partition(2, 3);
        cell.RunFor(1_000_000_000);
        cell.Kill(1);
        cell.Start(1);
        cell.RunFor(9_000_000_000);
        Assert.False(cell.Nodes[1].Directory.Holds);
        cell.RunFor(2_000_000_000);
        Assert.True(cell.Nodes[1].Directory.Holds);
        Assert.False(cell.Nodes[1].Exchange.IsFilling);
        Assert.Equal(1, cell.Nodes[1].Directory.Counters[FlowDirectoryCounter.HeldUnfilled]);
    }

    [Fact]
    public void A_connection_that_is_replaced_within_a_turn_is_told_everything_again()
    {
        SimulatedCell cell = Settled(3);
        FlowRecord record = Create(cell, cell.Nodes[1], 1);
        cell.Nodes[2].Directory.Replica.Forget(record.Forward);
        cell.Nodes[1].Directory.OnDown(2);
        cell.Nodes[1].Directory.OnUp(2, cell.Nodes[2].StartNumber);
        cell.Nodes[2].Directory.OnDown(1);
        cell.Nodes[2].Directory.OnUp(1, cell.Nodes[1].StartNumber);
        cell.Nodes[1].Exchange.RequestsWaiting();
        cell.Nodes[2].Exchange.RequestsWaiting();
        Assert.DoesNotContain(cell.Running, node => node.Id != 3 && node.Directory.IsComplete);
        Assert.True(cell.RunUntil(() => cell.Running.All(node => node.Directory.IsComplete)));

        bool writes = cell.Nodes[1].Directory.View.Writes(2, record.Forward, record.Reverse, 1);
        Assert.Equal(writes, cell.Nodes[2].Directory.Replica.TryFindLive(record.Forward, out _));
        Assert.True(writes);
    }

    [Fact]
    public void A_leaving_nodes_flows_are_claimed_and_it_is_told()
    {
        SimulatedCell cell = Settled(3);
        FlowRecord record = Create(cell, cell.Nodes[1], 1);
        cell.Nodes[1].Directory.SetDraining(true);
        cell.RunFor(10_000_000);

        Assert.Equal(FlowAnswerKind.Own, LookUp(cell, cell.Nodes[2], record.Forward).Kind);
        FlowAnswer told = Answer(cell, cell.Nodes[1]);
        Assert.Equal((FlowAnswerKind.Displaced, (ushort)2), (told.Kind, told.Record.OwnerNode));
    }

    [Fact]
    public void A_closed_flow_is_nobodys_and_its_key_may_be_used_again()
    {
        SimulatedCell cell = Settled(3);
        FlowRecord record = Create(cell, cell.Nodes[1], 1);
        cell.Nodes[1].Ask(new FlowRequest
        {
            Kind = FlowRequestKind.Close, Record = record with { IdleTimeoutSeconds = 2 },
        });
        cell.RunFor(10_000_000);

        Assert.Equal(FlowAnswerKind.Absent, LookUp(cell, cell.Nodes[2], record.Forward).Kind);
        FlowRecord next = Sample.Record(1, cell.Nodes[2]);
        cell.Nodes[2].Ask(Insert(next));
        FlowAnswer won = Answer(cell, cell.Nodes[2]);
        Assert.Equal(FlowAnswerKind.Won, won.Kind);
        Assert.True(won.Record.Epoch > record.Epoch);
    }

    [Fact]
    public void Nobody_is_an_authority_without_a_majority_nor_soon_after_its_start()
    {
        SimulatedCell cell = Settled(3);
        FlowRecord unknown = Sample.Record(9, cell.Nodes[1]);
        Assert.Equal(FlowAnswerKind.Absent, LookUp(cell, cell.Nodes[1], unknown.Forward).Kind);
        cell.Kill(2);
        cell.Kill(3);
        cell.RunFor(5_000_000);
        Assert.Equal(FlowAnswerKind.Unavailable, LookUp(cell, cell.Nodes[1], unknown.Forward).Kind);

        var young = new SimulatedCell(3, seed: 1);
        young.StartAll();
        Assert.Equal(FlowAnswerKind.Unavailable, LookUp(young, young.Nodes[1], unknown.Forward).Kind);
    }

    [Fact]
    public void The_lease_holder_hears_that_its_port_is_free()
    {
        SimulatedCell cell = Settled(3);
        FlowRecord record = Create(cell, cell.Nodes[1], 1);
        cell.Nodes[1].Directory.SetDraining(true);
        cell.RunFor(10_000_000);
        FlowAnswer owned = LookUp(cell, cell.Nodes[2], record.Forward);
        Answer(cell, cell.Nodes[1]);
        cell.Nodes[2].Ask(new FlowRequest { Kind = FlowRequestKind.Close, Record = owned.Record });

        FlowAnswer freed = Answer(cell, cell.Nodes[1]);
        Assert.Equal((FlowAnswerKind.PortFreed, record.Reverse), (freed.Kind, freed.Record.Reverse));
    }

    [Fact]
    public void A_flood_of_unknown_keys_spends_only_its_own_destinations_budget()
    {
        SimulatedCell cell = Settled(3);
        SimulatedNode node = cell.Nodes[1];
        FlowRecord real = Create(cell, cell.Nodes[2], 1);
        for (int flow = 0; flow < 12_000; flow++)
        {
            node.Ask(Ask(Sample.Record(flow + 100, node).Forward with { Destination = 0x0900_12c6u }));
            if (flow % 1_000 != 0)
                continue;
            cell.RunFor(30_000_000);
            ReadAll(node);
        }
        cell.RunFor(200_000_000);
        ReadAll(node);

        Assert.True(node.Directory.Counters[FlowDirectoryCounter.OverBudget] > 0);
        Assert.Equal(FlowAnswerKind.Relay, LookUp(cell, node, real.Forward).Kind);
    }

    /// <summary>The next answer that is not about whom to relay to no longer.</summary>
    private static bool TryRead(SimulatedNode node, out FlowAnswer answer)
    {
        while (node.Exchange.Answers.TryRead(out answer))
        {
            if (answer.Kind is not (FlowAnswerKind.NotMine or FlowAnswerKind.PortTaken))
                return true;
        }
        return false;
    }

    private static void ReadAll(SimulatedNode node)
    {
        while (node.Exchange.Answers.TryRead(out _))
        {
        }
    }

    private static SimulatedCell Settled(int nodes, int seed = 1)
    {
        var cell = new SimulatedCell(nodes, seed);
        cell.StartAll();
        cell.RunFor(1_100_000_000);
        return cell;
    }

    private static FlowRequest Insert(in FlowRecord record) =>
        new() { Kind = FlowRequestKind.Insert, Record = record };

    private static FlowRequest Ask(in FlowKey key) => new() { Kind = FlowRequestKind.LookUp, Key = key };

    private static FlowRecord Create(SimulatedCell cell, SimulatedNode owner, int flow)
    {
        owner.Ask(Insert(Sample.Record(flow, owner)));
        FlowAnswer answer = Answer(cell, owner);
        Assert.Equal(FlowAnswerKind.Won, answer.Kind);
        cell.RunFor(1_000_000);
        return answer.Record;
    }

    private static FlowAnswer LookUp(SimulatedCell cell, SimulatedNode node, FlowKey key)
    {
        node.Ask(Ask(key));
        FlowAnswer answer = Answer(cell, node);
        Assert.Equal(key, answer.Key);
        return answer;
    }

    private static FlowAnswer Answer(SimulatedCell cell, SimulatedNode node)
    {
        FlowAnswer answer = default;
        Assert.True(cell.RunUntil(() => TryRead(node, out answer)), $"node {node.Id} has no answer");
        return answer;
    }
}
