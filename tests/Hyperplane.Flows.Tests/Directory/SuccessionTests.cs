using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Tests.Simulation;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Directory;

/// <summary>Who hears what when a key goes from one flow, or one owner, to the next.</summary>
public sealed class SuccessionTests
{
    private SimulatedCell _cell = Settled(3);

    [Theory]
    [InlineData(FlowRequestKind.Close)]
    [InlineData(FlowRequestKind.Update)]
    public void The_owner_of_a_flow_that_is_over_hears_that_its_key_went_to_a_new_one(FlowRequestKind ending)
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord4 old = Create(1, flow);
            Ask(1, ending, old with { State = FlowRecordState.Closing, IdleTimeoutSeconds = 65 });
            _cell.RunFor(2_000_000);
            ReadAll(1);
            FlowRecord4 next = Create(2, flow);
            _cell.RunFor(2_000_000);

            FlowAnswer lost = Assert.Single(ReadAll(1), answer => answer.Kind == FlowAnswerKind.Lost);
            Assert.Equal((next.Incarnation, (ushort)2), (lost.Record.Incarnation, lost.Record.OwnerNode));
            Assert.True(lost.Record.Epoch > old.Epoch);
        }
    }

    [Fact]
    public void Whoever_holds_a_record_that_gets_another_owner_relays_to_the_old_one_no_longer()
    {
        FlowRecord4 record = Create(1, 1);
        _cell.Nodes[1].Directory.SetDraining(true);
        _cell.RunFor(10_000_000);
        ReadAll(3);
        Ask(2, FlowRequestKind.LookUp, record);
        _cell.RunFor(10_000_000);

        Assert.Equal(FlowAnswerKind.Own, ReadAll(2)[^1].Kind);
        IEnumerable<FlowKey4> told = ReadAll(3).Where(answer => answer.Kind == FlowAnswerKind.NotMine)
            .Select(answer => answer.Key).Distinct();
        Assert.Equal([record.Forward, record.Reverse], told);
    }

    [Fact]
    public void A_flow_that_ended_before_its_decision_does_not_stand_in_the_way_of_the_next_of_its_key()
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord4 first = Sample.Record(flow, _cell.Nodes[1]);
            FlowRecord4 next = first with { Incarnation = first.Incarnation + 100, SnatPortBe = 77 };
            Ask(1, FlowRequestKind.Insert, first);
            _cell.RunFor(10_000);
            Ask(1, FlowRequestKind.Insert, next);
            _cell.RunFor(10_000_000);

            List<FlowAnswer> answers = ReadAll(1);
            Assert.DoesNotContain(answers, answer => answer.Kind is FlowAnswerKind.Own or FlowAnswerKind.Lost);
            Assert.Single(answers, answer =>
                answer.Kind == FlowAnswerKind.Won && answer.Record.Incarnation == next.Incarnation);
        }
    }

    [Fact]
    public void A_record_whose_owner_does_not_know_it_ends_everywhere_once_the_owner_says_so()
    {
        for (int flow = 0; flow < 40; flow++)
        {
            FlowRecord4 old = Create(1, flow);
            _cell.Nodes[1].Directory.Replica.Forget(old.Forward);
            _cell.Nodes[1].Ask(new FlowRequest { Kind = FlowRequestKind.NotMine, Node = 2, Key = old.Forward });
            _cell.RunFor(5_000_000);

            Assert.DoesNotContain(
                _cell.Running, node => node.Directory.Replica.TryFindLive(old.Forward, out _));
            ReadAll(2);
            ReadAll(3);
            FlowRecord4 next = Create((ushort)(2 + (flow & 1)), flow);
            _cell.RunFor(5_000_000);
            Assert.True(_cell.Nodes[2].Directory.Replica.TryFindLive(next.Forward, out FlowRecord4 held));
            Assert.Equal(next, held);
        }
    }

    [Fact]
    public void What_an_earlier_start_of_the_owner_had_is_not_over_because_the_next_one_does_not_know_it()
    {
        FlowRecord4[] olds = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        _cell.Kill(1);
        _cell.RunFor(1_000_000_000);
        _cell.Start(1);
        _cell.RunFor(3_000_000_000);
        foreach (FlowRecord4 old in olds)
            _cell.Nodes[1].Ask(new FlowRequest { Kind = FlowRequestKind.NotMine, Node = 2, Key = old.Forward });
        _cell.RunFor(5_000_000);
        Assert.All(olds, old => Assert.True(
            _cell.Nodes[3].Directory.Replica.TryFindLive(old.Forward, out _)
            || _cell.Nodes[1].Directory.Replica.TryFindLive(old.Forward, out _)));
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
                FlowRecord4 old = Create(1, flow, i);
                Ask(1, FlowRequestKind.Close, old with { State = FlowRecordState.Tombstone });
                _cell.RunFor(2_000_000);
            }
            FlowRecord4 next = Sample.Record(flow, _cell.Nodes[2]);
            CellView view = _cell.Nodes[2].Directory.View;
            ushort arbiter = view.ReadersOf(view.ShardOf(next.Forward))[0];
            _cell.Nodes[arbiter].Directory.Replica.Forget(next.Forward);
            Ask(2, FlowRequestKind.Insert, next);
            _cell.RunFor(20_000_000);

            List<FlowAnswer> answers = ReadAll(2);
            Assert.Contains(answers, answer => answer.Kind == FlowAnswerKind.Won);
            Assert.DoesNotContain(answers, answer => answer.Kind is FlowAnswerKind.Lost or FlowAnswerKind.Displaced);
            foreach (ushort reader in view.ReadersOf(view.ShardOf(next.Forward)).ToArray())
            {
                Assert.True(_cell.Nodes[reader].Directory.Replica.TryFindLive(next.Forward, out FlowRecord4 held));
                Assert.Equal((next.Incarnation, (ushort)2), (held.Incarnation, held.OwnerNode));
            }
        }
        Assert.True(_cell.Nodes[2].Directory.Counters[FlowDirectoryCounter.Reasserted] > 0);
    }

    [Fact]
    public void Of_two_new_flows_of_a_key_whose_owner_died_one_becomes_its_flow_and_the_other_is_lost()
    {
        FlowRecord4[] olds = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        _cell.Kill(1);
        _cell.RunFor(5_000_000);
        foreach (FlowRecord4 old in olds)
        {
            foreach (ushort node in new ushort[] { 2, 3 })
            {
                Ask(node, FlowRequestKind.Insert, old with
                {
                    OwnerNode = node, OwnerStart = _cell.Nodes[node].StartNumber,
                    Incarnation = ((ulong)node << 48) | (old.Incarnation & 0xffff), SnatBe = SimulatedCell.SnatOf(node),
                    State = FlowRecordState.Opening, Epoch = 0,
                });
            }
            _cell.RunFor(10_000_000);
            FlowAnswer[] answers =
                [.. ReadAll(2).Concat(ReadAll(3)).Where(answer => answer.Kind != FlowAnswerKind.NotMine)];
            Assert.Equal([FlowAnswerKind.Lost, FlowAnswerKind.Own], answers.Select(answer => answer.Kind).Order());
            Assert.All(answers, answer => Assert.Equal(old.Incarnation, answer.Record.Incarnation));
        }
    }

    [Fact]
    public void A_former_owner_that_knows_better_does_not_believe_a_replica_that_still_names_it()
    {
        _cell = Settled(5);
        for (int flow = 0; flow < 60; flow++)
        {
            FlowRecord4 old = Create(1, flow);
            FlowRecord4 newer = old with
            {
                OwnerNode = 2, OwnerStart = _cell.Nodes[2].StartNumber, Epoch = old.Epoch + 1,
            };
            var writer = new BatchWriter();
            writer.Add(FlowOpKind.Newer, 0, newer);
            _cell.Nodes[1].Receive(2, writer.Written.ToArray());
            Ask(1, FlowRequestKind.LookUp, old);
            _cell.RunFor(5_000_000);

            List<FlowAnswer> answers = ReadAll(1);
            Assert.DoesNotContain(answers, answer => answer.Kind == FlowAnswerKind.Own);
            Assert.Equal(newer, Assert.Single(answers, answer => answer.Kind == FlowAnswerKind.Relay).Record);
        }
    }

    [Fact]
    public void A_start_knows_every_port_of_its_addresses_that_a_flow_still_has_before_it_creates_one()
    {
        _cell = Settled(5);
        FlowRecord4[] flows = [.. Enumerable.Range(0, 60).Select(flow => Create(1, flow))];
        _cell.Kill(1);
        _cell.RunFor(1_000_000_000);
        foreach (FlowRecord4 claimed in flows[..30])
            Ask(2, FlowRequestKind.LookUp, claimed);
        _cell.RunFor(1_000_000_000);
        _cell.Start(1);
        Assert.True(_cell.RunUntil(() => !_cell.Nodes[1].Exchange.IsFilling));

        IEnumerable<FlowKey4> taken = ReadAll(1).Where(answer => answer.Kind == FlowAnswerKind.PortTaken)
            .Select(answer => answer.Record.Reverse).Distinct();
        Assert.Equal(flows.Select(flow => flow.SnatPortBe).Order(), taken.Select(key => key.DestinationPortBe).Order());
    }

    [Fact]
    public void What_a_node_owns_that_hangs_while_another_joins_is_not_lost_when_it_dies()
    {
        _cell = new SimulatedCell(5, seed: 1);
        foreach (ushort node in _cell.Nodes.Keys)
            _cell.TellMembers(node, [.. _cell.Members.Take(4)]);
        for (ushort node = 1; node < 5; node++)
            _cell.Start(node);
        _cell.RunFor(1_200_000_000);
        FlowRecord4[] flows = [.. Enumerable.Range(0, 60).Select(flow => Create(4, flow))];
        _cell.Pause(4);
        foreach (ushort node in _cell.Nodes.Keys)
            _cell.TellMembers(node, _cell.Members);
        _cell.Start(5);
        _cell.RunFor(1_200_000_000);
        foreach (FlowRecord4 flow in flows)
        {
            CellView view = _cell.Nodes[5].Directory.View;
            foreach (ushort reader in view.ReadersOf(view.ShardOf(flow.Forward)).ToArray())
                Assert.True(_cell.Nodes[reader].Directory.Replica.TryFindLive(flow.Forward, out _));
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    [InlineData(20_000)]
    public void Whoever_did_not_see_a_node_hears_what_it_said_meanwhile_once_it_is_dead(int cutMs)
    {
        for (ushort blind = 1; blind < 4; blind++)
        {
            ushort dies = (ushort)((blind % 3) + 1);
            _cell = Settled(3);
            FlowRecord4[] ended = [.. Enumerable.Range(0, 20).Select(flow => Create(dies, flow))];
            _cell.RunFor(10_000_000_000);
            _cell.Partition(dies, blind);
            foreach (FlowRecord4 flow in ended)
                Ask(dies, FlowRequestKind.Close, flow);
            FlowRecord4[] begun = [.. Enumerable.Range(20, 20).Select(flow => Sample.Record(flow, _cell.Nodes[dies]))];
            foreach (FlowRecord4 flow in begun)
                Ask(dies, FlowRequestKind.Insert, flow);
            _cell.RunFor(cutMs * 1_000_000L);
            _cell.Kill(dies);
            _cell.RunFor(200_000_000);

            FlowDirectory directory = _cell.Nodes[blind].Directory;
            FlowDirectory witness = _cell.Nodes[(ushort)(6 - blind - dies)].Directory;
            Assert.True(directory.IsComplete);
            Assert.DoesNotContain(ended, flow => directory.Replica.TryFindLive(flow.Forward, out _));
            // What nobody could decide yet dies with its owner.
            FlowRecord4[] heard =
                [.. begun.Where(flow => cutMs > 200 || witness.Replica.TryFindLive(flow.Forward, out _))];
            Assert.NotEmpty(heard);
            Assert.All(heard, flow => Assert.True(directory.Replica.TryFindLive(flow.Forward, out _)));
        }
    }

    [Fact]
    public void What_all_heard_is_not_sent_again_when_its_owner_dies_even_after_a_cut_that_healed()
    {
        _cell.Partition(2, 3);
        _cell.RunFor(1_000_000_000);
        _cell.Heal(2, 3);
        _cell.RunFor(1_000_000_000);
        for (int flow = 0; flow < 40; flow++)
            Create(1, flow);
        _cell.RunFor(10_000_000_000);
        long before = Resent();
        _cell.Kill(1);
        _cell.RunFor(1_000_000_000);

        Assert.True(_cell.Nodes[2].Directory.IsComplete);
        Assert.Equal(before, Resent());

        long Resent() => _cell.Running.Sum(node => node.Directory.Counters[FlowDirectoryCounter.Resent]);
    }

    private static SimulatedCell Settled(int nodes)
    {
        var cell = new SimulatedCell(nodes, seed: 1);
        cell.StartAll();
        cell.RunFor(1_100_000_000);
        return cell;
    }

    private FlowRecord4 Create(ushort node, int flow, int before = 0)
    {
        FlowRecord4 record = Sample.Record(flow, _cell.Nodes[node]);
        record.Incarnation += (ulong)before * 1_000;
        Ask(node, FlowRequestKind.Insert, record);
        _cell.RunFor(2_000_000);
        return Assert.Single(ReadAll(node), answer => answer.Kind == FlowAnswerKind.Won).Record;
    }

    private void Ask(ushort node, FlowRequestKind kind, in FlowRecord4 record) =>
        _cell.Nodes[node].Ask(new FlowRequest { Kind = kind, Key = record.Forward, Record = record });

    private List<FlowAnswer> ReadAll(ushort node)
    {
        var answers = new List<FlowAnswer>();
        while (_cell.Nodes[node].Exchange.Answers.TryRead(out FlowAnswer answer))
            answers.Add(answer);
        return answers;
    }
}
