using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Directory;

/// <summary>What nodes know of flows whose owner, or whose holders, they did not see for a time.</summary>
public sealed class SightTests : SettledCellTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public void Who_was_cut_off_for_longer_than_ends_are_remembered_brings_none_of_them_back(int lastMs)
    {
        Cell = Settled(5);
        FlowRecord[] ended = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        FlowRecord[] living = [.. Enumerable.Range(40, 40).Select(flow => Create(1, flow))];
        CutOff(2);
        foreach (FlowRecord flow in ended)
            Ask(1, FlowRequestKind.Close, flow with { State = FlowRecordState.Tombstone, IdleTimeoutSeconds = 2 });
        Cell.RunFor(10_000_000_000);
        Assert.Contains(ended, flow => Cell.Nodes[2].Directory.Replica.TryFindLive(flow.Forward, out _));

        // Whom it sees first hears from it before it hears from the owner.
        foreach (ushort other in new ushort[] { 3, 4, 5 })
            Cell.Heal(2, other);
        Cell.RunFor(lastMs * 1_000_000L);
        Cell.Heal(2, 1);
        Cell.RunFor(2_000_000_000);

        Assert.All(ended, flow => Assert.Empty(Held(flow.Forward)));
        Assert.All(living, flow => AssertWritersHold(flow));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void An_arbiter_that_missed_the_end_of_a_flow_hears_it_from_who_begins_the_next_one(int afterMs)
    {
        FlowRecord[] ended = [.. Enumerable.Range(0, 40).Select(flow => Create(1, flow))];
        Cell.RunFor(10_000_000_000);
        Cell.Partition(1, 3);
        foreach (FlowRecord flow in ended)
            Ask(1, FlowRequestKind.Close, flow with { State = FlowRecordState.Tombstone, IdleTimeoutSeconds = 2 });
        Cell.RunFor(20_000_000);
        Cell.Kill(1);
        Cell.RunFor(afterMs * 1_000_000L);
        ReadAll(2);
        FlowRecord[] next = [.. Enumerable.Range(0, 40).Select(flow => Sample.Record(flow, Cell.Nodes[2]))];
        foreach (FlowRecord flow in next)
            Ask(2, FlowRequestKind.Insert, flow);
        Cell.RunFor(100_000_000);

        List<FlowAnswer> answers = ReadAll(2);
        Assert.DoesNotContain(answers, answer => answer.Kind == FlowAnswerKind.Own);
        Assert.Equal(
            next.Select(flow => flow.Incarnation).Order(),
            answers.Where(answer => answer.Kind == FlowAnswerKind.Won)
                .Select(answer => answer.Record.Incarnation).Order());
    }

    [Fact]
    public void What_a_node_owns_that_hangs_while_another_joins_is_not_lost_when_it_dies()
    {
        Cell = new SimulatedCell(5, seed: 1);
        foreach (ushort node in Cell.Nodes.Keys)
            Cell.TellMembers(node, [.. Cell.Members.Take(4)]);
        for (ushort node = 1; node < 5; node++)
            Cell.Start(node);
        Cell.RunFor(1_200_000_000);
        FlowRecord[] flows = [.. Enumerable.Range(0, 60).Select(flow => Create(4, flow))];
        Cell.Pause(4);
        foreach (ushort node in Cell.Nodes.Keys)
            Cell.TellMembers(node, Cell.Members);
        Cell.Start(5);
        Cell.RunFor(1_200_000_000);
        foreach (FlowRecord flow in flows)
        {
            CellView view = Cell.Nodes[5].Directory.View;
            foreach (ushort reader in view.ReadersOf(view.ShardOf(flow.Forward)).ToArray())
                Assert.True(Cell.Nodes[reader].Directory.Replica.TryFindLive(flow.Forward, out _));
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
            Cell = Settled(3);
            FlowRecord[] ended = [.. Enumerable.Range(0, 20).Select(flow => Create(dies, flow))];
            Cell.RunFor(10_000_000_000);
            Cell.Partition(dies, blind);
            foreach (FlowRecord flow in ended)
                Ask(dies, FlowRequestKind.Close, flow);
            FlowRecord[] begun = [.. Enumerable.Range(20, 20).Select(flow => Sample.Record(flow, Cell.Nodes[dies]))];
            foreach (FlowRecord flow in begun)
                Ask(dies, FlowRequestKind.Insert, flow);
            Cell.RunFor(cutMs * 1_000_000L);
            Cell.Kill(dies);
            Cell.RunFor(200_000_000);

            FlowDirectory directory = Cell.Nodes[blind].Directory;
            FlowDirectory witness = Cell.Nodes[(ushort)(6 - blind - dies)].Directory;
            Assert.True(directory.IsComplete);
            Assert.DoesNotContain(ended, flow => directory.Replica.TryFindLive(flow.Forward, out _));
            // What nobody could decide yet dies with its owner.
            FlowRecord[] heard =
                [.. begun.Where(flow => cutMs > 200 || witness.Replica.TryFindLive(flow.Forward, out _))];
            Assert.NotEmpty(heard);
            Assert.All(heard, flow => Assert.True(directory.Replica.TryFindLive(flow.Forward, out _)));
        }
    }

    [Fact]
    public void What_all_heard_is_not_sent_again_when_its_owner_dies_even_after_a_cut_that_healed()
    {
        Cell.Partition(2, 3);
        Cell.RunFor(1_000_000_000);
        Cell.Heal(2, 3);
        Cell.RunFor(1_000_000_000);
        for (int flow = 0; flow < 40; flow++)
            Create(1, flow);
        Cell.RunFor(10_000_000_000);
        long before = Resent();
        Cell.Kill(1);
        Cell.RunFor(1_000_000_000);

        Assert.True(Cell.Nodes[2].Directory.IsComplete);
        Assert.Equal(before, Resent());

        long Resent() => Cell.Running.Sum(node => node.Directory.Counters[FlowDirectoryCounter.Resent]);
    }
}
