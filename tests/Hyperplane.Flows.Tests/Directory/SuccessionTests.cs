using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Tests.Simulation;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Directory;

/// <summary>Who hears what when a key goes from one flow, or one owner, to the next.</summary>
public sealed class SuccessionTests : SettledCellTests
{
    [Theory]
    [InlineData(FlowRequestKind.Close)]
    [InlineData(FlowRequestKind.Update)]
    public void The_owner_of_a_flow_that_is_over_hears_that_its_key_went_to_a_new_one(FlowRequestKind ending)
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord old = Create(1, flow);
            Ask(1, ending, old with { State = FlowRecordState.Closing, IdleTimeoutSeconds = 65 });
            Cell.RunFor(2_000_000);
            ReadAll(1);
            FlowRecord next = Create(2, flow);
            Cell.RunFor(2_000_000);

            FlowAnswer lost = Assert.Single(ReadAll(1), answer => answer.Kind == FlowAnswerKind.Lost);
            Assert.Equal((next.Incarnation, (ushort)2), (lost.Record.Incarnation, lost.Record.OwnerNode));
            Assert.True(lost.Record.Epoch > old.Epoch);
        }
    }

    [Fact]
    public void Whoever_holds_a_record_that_gets_another_owner_relays_to_the_old_one_no_longer()
    {
        FlowRecord record = Create(1, 1);
        Cell.Nodes[1].Directory.SetDraining(true);
        Cell.RunFor(10_000_000);
        ReadAll(3);
        Ask(2, FlowRequestKind.LookUp, record);
        Cell.RunFor(10_000_000);

        Assert.Equal(FlowAnswerKind.Own, ReadAll(2)[^1].Kind);
        IEnumerable<FlowKey> told = ReadAll(3).Where(answer => answer.Kind == FlowAnswerKind.NotMine)
            .Select(answer => answer.Key).Distinct();
        Assert.Equal([record.Forward, record.Reverse], told);
    }

    [Fact]
    public void A_flow_that_ended_before_its_decision_does_not_stand_in_the_way_of_the_next_of_its_key()
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord first = Sample.Record(flow, Cell.Nodes[1]);
            FlowRecord next = first with { Incarnation = first.Incarnation + 100, SnatPortBe = 77 };
            Ask(1, FlowRequestKind.Insert, first);
            Cell.RunFor(10_000);
            Ask(1, FlowRequestKind.Insert, next);
            Cell.RunFor(10_000_000);

            List<FlowAnswer> answers = ReadAll(1);
            Assert.DoesNotContain(answers, answer => answer.Kind is FlowAnswerKind.Own or FlowAnswerKind.Lost);
            Assert.Single(answers, answer =>
                answer.Kind == FlowAnswerKind.Won && answer.Record.Incarnation == next.Incarnation);
        }
    }

    [Fact]
    public void A_record_whose_owner_does_not_know_it_ends_everywhere_once_the_owner_says_so()
    {
        Cell = Settled(5);
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord old = Create(1, flow);
            Cell.RunFor(4_000_000_000);
            Cell.Nodes[1].Directory.Replica.Forget(old.Forward);
            // Whoever relayed need not hold it.
            Cell.Nodes[1].Ask(new FlowRequest { Kind = FlowRequestKind.NotMine, Node = 2, Key = old.Forward });
            Cell.RunFor(5_000_000);

            Assert.DoesNotContain(
                Cell.Running, node => node.Directory.Replica.TryFindLive(old.Forward, out _));
            ReadAll(2);
            ReadAll(3);
            FlowRecord next = Create((ushort)(2 + (flow & 1)), flow);
            Cell.RunFor(5_000_000);
            AssertWritersHold(next);
        }
    }

    [Fact]
    public void A_record_whose_owner_may_not_have_heard_of_it_yet_is_kept()
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord old = Create(1, flow);
            var writer = new BatchWriter();
            writer.Add(FlowOpKind.NotMine, 0, old.Forward);
            foreach (ushort node in new ushort[] { 2, 3 })
                Cell.Nodes[node].Receive(1, writer.Written.ToArray());
            Cell.RunFor(5_000_000);
            AssertWritersHold(old);
        }
    }

    [Fact]
    public void What_an_earlier_start_of_the_owner_had_is_not_over_because_the_next_one_does_not_know_it()
    {
        FlowRecord[] olds = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        Cell.Kill(1);
        Cell.RunFor(1_000_000_000);
        Cell.Start(1);
        Cell.RunFor(3_000_000_000);
        foreach (FlowRecord old in olds)
            Cell.Nodes[1].Ask(new FlowRequest { Kind = FlowRequestKind.NotMine, Node = 2, Key = old.Forward });
        Cell.RunFor(5_000_000);
        Assert.All(olds, old => Assert.True(
            Cell.Nodes[3].Directory.Replica.TryFindLive(old.Forward, out _)
            || Cell.Nodes[1].Directory.Replica.TryFindLive(old.Forward, out _)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_new_flow_stands_against_tombstones_that_its_arbiter_does_not_know(int flowsBefore)
    {
        for (int flow = 0; flow < 40; flow++)
        {
            for (int i = 0; i < flowsBefore; i++)
            {
                FlowRecord old = Create(1, flow, i);
                Ask(1, FlowRequestKind.Close, old with { State = FlowRecordState.Tombstone });
                Cell.RunFor(2_000_000);
            }
            FlowRecord next = Sample.Record(flow, Cell.Nodes[2]);
            CellView view = Cell.Nodes[2].Directory.View;
            ushort arbiter = view.ReadersOf(view.ShardOf(next.Forward))[0];
            Cell.Nodes[arbiter].Directory.Replica.Forget(next.Forward);
            Ask(2, FlowRequestKind.Insert, next);
            Cell.RunFor(20_000_000);

            List<FlowAnswer> answers = ReadAll(2);
            Assert.Contains(answers, answer => answer.Kind == FlowAnswerKind.Won);
            Assert.DoesNotContain(answers, answer => answer.Kind is FlowAnswerKind.Lost or FlowAnswerKind.Displaced);
            foreach (ushort reader in view.ReadersOf(view.ShardOf(next.Forward)).ToArray())
            {
                Assert.True(Cell.Nodes[reader].Directory.Replica.TryFindLive(next.Forward, out FlowRecord held));
                Assert.Equal((next.Incarnation, (ushort)2), (held.Incarnation, held.OwnerNode));
            }
        }
        Assert.True(Cell.Nodes[2].Directory.Counters[FlowDirectoryCounter.Reasserted] > 0);
    }

    [Fact]
    public void A_new_flow_stands_against_a_record_of_a_living_owner_that_its_arbiter_forgot()
    {
        Cell = Settled(5);
        FlowRecord[] olds = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        Cell.RunFor(20_000_000_000);
        foreach (FlowRecord old in olds)
        {
            CellView view = Cell.Nodes[1].Directory.View;
            Cell.Nodes[1].Directory.Replica.Forget(old.Forward);
            Cell.Nodes[view.ReadersOf(view.ShardOf(old.Forward))[0]].Directory.Replica.Forget(old.Forward);
        }
        for (int flow = 0; flow < olds.Length; flow++)
        {
            FlowRecord next = Create(2, flow);
            Cell.RunFor(5_000_000);
            Assert.DoesNotContain(
                ReadAll(2), answer => answer.Kind is FlowAnswerKind.Lost or FlowAnswerKind.Displaced);
            AssertWritersHold(next);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_loses_a_key_tells_all_that_held_its_flow_and_they_ask_the_winner(bool isToNextFlow)
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord ours = Create(1, flow);
            var writer = new BatchWriter();
            writer.Add(FlowOpKind.Newer, 0, ours with
            {
                OwnerNode = 2, OwnerStart = Cell.Nodes[2].StartNumber,
                Incarnation = ours.Incarnation + (isToNextFlow ? 500u : 0),
                Epoch = isToNextFlow ? FlowEpoch.OfNextFlow(ours.Epoch) : FlowEpoch.OfNextOwner(ours.Epoch),
                SnatPortBe = isToNextFlow ? (ushort)77 : ours.SnatPortBe,
            });
            Cell.Nodes[1].Receive(3, writer.Written.ToArray());
            Cell.RunFor(10_000_000);

            FlowAnswerKind told = isToNextFlow ? FlowAnswerKind.Lost : FlowAnswerKind.Displaced;
            Assert.Contains(ReadAll(1), answer => answer.Kind == told);
            // The winner does not know of its flow either: of one that goes on it may have missed its own claim.
            int most = isToNextFlow ? 0 : 1;
            Assert.InRange(Held(ours.Forward).Count(held => held.OwnerNode == 1), 0, most);
            if (isToNextFlow)
                Assert.Empty(Held(ours.Forward));
        }
    }

    [Fact]
    public void Of_two_new_flows_of_a_key_whose_owner_died_one_becomes_its_flow_and_the_other_is_lost()
    {
        FlowRecord[] olds = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        Cell.Kill(1);
        Cell.RunFor(5_000_000);
        foreach (FlowRecord old in olds)
        {
            foreach (ushort node in new ushort[] { 2, 3 })
            {
                Ask(node, FlowRequestKind.Insert, old with
                {
                    OwnerNode = node, OwnerStart = Cell.Nodes[node].StartNumber,
                    Incarnation = ((ulong)node << 48) | (old.Incarnation & 0xffff), Snat = SimulatedCell.SnatOf(node),
                    State = FlowRecordState.Opening, Epoch = 0,
                });
            }
            Cell.RunFor(10_000_000);
            FlowAnswer[] answers =
                [.. ReadAll(2).Concat(ReadAll(3)).Where(answer => answer.Kind != FlowAnswerKind.NotMine)];
            Assert.Equal([FlowAnswerKind.Lost, FlowAnswerKind.Own], answers.Select(answer => answer.Kind).Order());
            Assert.All(answers, answer => Assert.Equal(old.Incarnation, answer.Record.Incarnation));
        }
    }

    [Fact]
    public void A_former_owner_that_knows_better_does_not_believe_a_replica_that_still_names_it()
    {
        Cell = Settled(5);
        for (int flow = 0; flow < 60; flow++)
        {
            FlowRecord old = Create(1, flow);
            FlowRecord newer = old with
            {
                OwnerNode = 2, OwnerStart = Cell.Nodes[2].StartNumber, Epoch = old.Epoch + 1,
            };
            var writer = new BatchWriter();
            writer.Add(FlowOpKind.Newer, 0, newer);
            Cell.Nodes[1].Receive(2, writer.Written.ToArray());
            Ask(1, FlowRequestKind.LookUp, old);
            Cell.RunFor(5_000_000);

            List<FlowAnswer> answers = ReadAll(1);
            Assert.DoesNotContain(answers, answer => answer.Kind == FlowAnswerKind.Own);
            Assert.Equal(newer, Assert.Single(answers, answer => answer.Kind == FlowAnswerKind.Relay).Record);
        }
    }

    [Fact]
    public void A_start_knows_every_port_of_its_addresses_that_a_flow_still_has_before_it_creates_one()
    {
        Cell = Settled(5);
        FlowRecord[] flows = [.. Enumerable.Range(0, 60).Select(flow => Create(1, flow))];
        Cell.Kill(1);
        Cell.RunFor(1_000_000_000);
        foreach (FlowRecord claimed in flows[..30])
            Ask(2, FlowRequestKind.LookUp, claimed);
        Cell.RunFor(1_000_000_000);
        Cell.Start(1);
        Assert.True(Cell.RunUntil(() => !Cell.Nodes[1].Exchange.IsFilling));

        IEnumerable<FlowKey> taken = ReadAll(1).Where(answer => answer.Kind == FlowAnswerKind.PortTaken)
            .Select(answer => answer.Record.Reverse).Distinct();
        Assert.Equal(flows.Select(flow => flow.SnatPortBe).Order(), taken.Select(key => key.DestinationPortBe).Order());
    }

    [Fact]
    public void What_ended_while_a_node_was_cut_off_for_less_than_a_second_does_not_stay_there()
    {
        const long SecondNs = 1_000_000_000;
        Cell = Settled(5);
        Cell.RunFor(SecondNs - (Cell.NowNs % SecondNs));
        FlowRecord[] olds = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        Cell.RunFor(20_000_000);
        CutOff(1);
        Cell.RunFor(200_000_000);
        foreach (FlowRecord old in olds)
        {
            Ask(1, FlowRequestKind.Close, old);
            Ask(1, FlowRequestKind.Insert, old with
            {
                Incarnation = old.Incarnation + 1_000, SnatPortBe = (ushort)(old.SnatPortBe + 256),
            });
        }
        Cell.RunFor(100_000_000);
        foreach (ushort other in new ushort[] { 2, 3, 4, 5 })
            Cell.Heal(1, other);
        Assert.True(Cell.RunUntil(() => Cell.Running.All(node => node.Directory.IsComplete)));
        Assert.True(Cell.NowNs % SecondNs < SecondNs / 2);
        Cell.RunFor(10_000_000);

        foreach (FlowRecord old in olds)
            Assert.DoesNotContain(Held(old.Forward), held => held.Incarnation == old.Incarnation);
    }
}
