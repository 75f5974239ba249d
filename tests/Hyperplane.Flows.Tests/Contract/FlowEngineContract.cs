using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Tests.Contract;

/// <summary>What every engine of flow state keeps to, whatever holds the records.</summary>
public abstract class FlowEngineContract
{
    private const int Flows = 60;

    [Fact]
    public void A_flow_that_nobody_has_is_won_and_found_by_either_key_from_every_node()
    {
        using ICellUnderTest cell = SettledCell();
        foreach (FlowRecord record in Create(cell, owner: 1))
        {
            foreach (ushort node in new ushort[] { 2, 3 })
            {
                Assert.Equal((FlowAnswerKind.Relay, record.Incarnation), LookUp(cell, node, record.Forward));
                Assert.Equal((FlowAnswerKind.Relay, record.Incarnation), LookUp(cell, node, record.Reverse));
            }
        }
    }

    [Fact]
    public void Of_two_that_create_the_same_flow_at_once_one_wins_and_the_other_learns_of_it()
    {
        using ICellUnderTest cell = SettledCell();
        for (int flow = 0; flow < Flows; flow++)
        {
            cell.Ask(1, Insert(Sample.Record(flow, 1, cell.StartOf(1))));
            cell.Ask(2, Insert(Sample.Record(flow, 2, cell.StartOf(2))));
            FlowAnswer[] answers = [cell.Answer(1), cell.Answer(2)];
            Assert.Equal([FlowAnswerKind.Won, FlowAnswerKind.Lost], answers.Select(answer => answer.Kind).Order());
            Assert.Single(answers.Select(answer => answer.Record.Incarnation).Distinct());
        }
    }

    [Fact]
    public void Nobody_has_a_flow_that_was_never_created()
    {
        using ICellUnderTest cell = SettledCell();
        for (int flow = 0; flow < Flows; flow++)
            Assert.Equal(FlowAnswerKind.Absent, LookUp(cell, 3, Sample.Record(flow, 1, 1).Forward).Kind);
    }

    [Fact]
    public void Of_two_that_claim_a_dead_owners_flow_at_once_one_owns_it_with_its_translation_and_one_relays()
    {
        using ICellUnderTest cell = SettledCell();
        FlowRecord[] records = Create(cell, owner: 1);
        cell.Settle();
        cell.KillNode(1);
        foreach (FlowRecord record in records)
        {
            cell.Ask(2, Ask(record.Forward));
            cell.Ask(3, Ask(record.Reverse));
            FlowAnswer[] answers = [cell.Answer(2), cell.Answer(3)];
            Assert.Equal([FlowAnswerKind.Own, FlowAnswerKind.Relay], answers.Select(answer => answer.Kind).Order());
            Assert.Single(answers.Select(answer => answer.Record.OwnerNode).Distinct());
            Assert.All(answers, answer => Assert.True(answer.Record.TranslatesLike(record)));
            Assert.All(answers, answer => Assert.Equal(record.Epoch + 1, answer.Record.Epoch));
        }
    }

    [Fact]
    public void A_closed_flow_is_nobodys_whatever_is_heard_of_it_late_and_its_key_may_be_used_again()
    {
        using ICellUnderTest cell = SettledCell();
        FlowRecord[] records = Create(cell, owner: 1);
        foreach (FlowRecord record in records)
        {
            cell.Ask(1, new FlowRequest { Kind = FlowRequestKind.Close, Record = record });
            cell.Ask(1, new FlowRequest
            {
                Kind = FlowRequestKind.Update, Record = record with { State = FlowRecordState.Established },
            });
        }
        cell.Settle();
        Assert.All(records, record => Assert.Equal(FlowAnswerKind.Absent, LookUp(cell, 2, record.Forward).Kind));

        for (int flow = 0; flow < Flows; flow++)
        {
            cell.Ask(3, Insert(Sample.Record(flow, 3, cell.StartOf(3))));
            FlowAnswer answer = cell.Answer(3);
            Assert.Equal(FlowAnswerKind.Won, answer.Kind);
            Assert.True(answer.Record.Epoch > records[flow].Epoch);
        }
    }

    [Fact]
    public void The_owner_of_a_closing_flow_hears_that_its_key_has_a_newer_one()
    {
        using ICellUnderTest cell = SettledCell();
        FlowRecord[] records = Create(cell, owner: 1);
        foreach (FlowRecord record in records)
        {
            cell.Ask(1, new FlowRequest
            {
                Kind = FlowRequestKind.Update, Record = record with { State = FlowRecordState.Closing },
            });
        }
        cell.Settle();
        for (int flow = 0; flow < Flows; flow++)
        {
            cell.Ask(2, Insert(Sample.Record(flow, 2, cell.StartOf(2))));
            FlowAnswer won = cell.Answer(2);
            FlowAnswer told = cell.Answer(1);
            Assert.Equal(
                (FlowAnswerKind.Won, FlowAnswerKind.Lost, won.Record.Incarnation),
                (won.Kind, told.Kind, told.Record.Incarnation));
        }
    }

    [Fact]
    public void Flows_outlive_the_loss_of_one_place_after_another_even_when_their_owner_is_dead()
    {
        using ICellUnderTest cell = SettledCell();
        FlowRecord[] dead = Create(cell, owner: 1);
        FlowRecord[] living = Create(cell, owner: 2, first: Flows);
        cell.Settle();
        cell.KillNode(1);
        foreach (int place in new[] { 0, 1 })
        {
            cell.LosePlace(place);
            cell.Settle();
        }
        foreach (FlowRecord record in living)
            Assert.Equal((FlowAnswerKind.Relay, record.Incarnation), LookUp(cell, 3, record.Reverse));
        foreach (FlowRecord record in dead)
            Assert.Equal((FlowAnswerKind.Own, record.Incarnation), LookUp(cell, 3, record.Forward));
        Assert.Equal(FlowAnswerKind.Absent, LookUp(cell, 3, Sample.Record(4_000, 1, 1).Forward).Kind);
    }

    [Fact]
    public void Bytes_that_are_no_batch_are_refused_and_change_nothing()
    {
        using ICellUnderTest cell = SettledCell();
        FlowRecord record = Create(cell, owner: 1)[0];
        byte[][] noBatches = [[1], [.. Enumerable.Repeat((byte)0xff, 200)], new byte[72], new byte[100_000]];
        Assert.All(noBatches, bytes => Assert.True(cell.RefusesBytes(bytes)));
        cell.Settle();
        Assert.Equal((FlowAnswerKind.Relay, record.Incarnation), LookUp(cell, 2, record.Forward));
    }

    private protected abstract ICellUnderTest NewCell();

    private ICellUnderTest SettledCell()
    {
        ICellUnderTest cell = NewCell();
        cell.Settle();
        return cell;
    }

    private static FlowRecord[] Create(ICellUnderTest cell, ushort owner, int first = 0)
    {
        var records = new FlowRecord[Flows];
        for (int i = 0; i < Flows; i++)
        {
            cell.Ask(owner, Insert(Sample.Record(first + i, owner, cell.StartOf(owner))));
            FlowAnswer answer = cell.Answer(owner);
            Assert.Equal(FlowAnswerKind.Won, answer.Kind);
            records[i] = answer.Record;
        }
        cell.Settle();
        return records;
    }

    /// <summary>"Unavailable" is never wrong, but not for long either in a cell where nothing happens.</summary>
    private static (FlowAnswerKind Kind, ulong Incarnation) LookUp(ICellUnderTest cell, ushort node, FlowKey key)
    {
        for (int tries = 5; ; tries--)
        {
            cell.Ask(node, Ask(key));
            FlowAnswer answer = cell.Answer(node);
            Assert.Equal(key, answer.Key);
            if (answer.Kind != FlowAnswerKind.Unavailable || tries == 1)
                return (answer.Kind, answer.Record.Incarnation);
            cell.Settle();
        }
    }

    private static FlowRequest Insert(in FlowRecord record) =>
        new() { Kind = FlowRequestKind.Insert, Record = record };

    private static FlowRequest Ask(in FlowKey key) => new() { Kind = FlowRequestKind.LookUp, Key = key };
}
