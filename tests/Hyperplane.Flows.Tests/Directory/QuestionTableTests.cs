using Hyperplane.Flows.Directory;

namespace Hyperplane.Flows.Tests.Directory;

public sealed class QuestionTableTests
{
    [Fact]
    public void A_full_table_begins_no_question_and_an_ended_one_makes_room()
    {
        var table = new QuestionTable(2);
        uint first = table.Begin(QuestionKind.LookUp);
        Assert.NotEqual(0u, table.Begin(QuestionKind.Claim));
        Assert.Equal((0u, 2), (table.Begin(QuestionKind.Insert), table.Count));
        table.End(first);
        Assert.NotEqual(0u, table.Begin(QuestionKind.Insert));
    }

    [Fact]
    public void The_tag_of_an_ended_question_names_no_later_one()
    {
        var table = new QuestionTable(1);
        uint old = table.Begin(QuestionKind.LookUp);
        table.End(old);
        uint next = table.Begin(QuestionKind.LookUp);
        Assert.False(table.IsOpen(old) || table.IsOpen(old, QuestionKind.LookUp));
        Assert.True(table.IsOpen(next) && table.IsOpen(next, QuestionKind.LookUp));
        Assert.False(table.IsOpen(next, QuestionKind.Claim));
        Assert.Equal([next], table.Open());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void A_tag_that_was_never_given_is_not_open(uint tag)
    {
        var table = new QuestionTable(1);
        table.Begin(QuestionKind.LookUp);
        Assert.False(table.IsOpen(tag) || table.IsOpen(tag, QuestionKind.LookUp));
    }

    [Fact]
    public void Questions_come_when_they_are_due_in_order_and_only_for_their_last_date()
    {
        var table = new QuestionTable(3);
        uint late = table.Begin(QuestionKind.LookUp);
        uint moved = table.Begin(QuestionKind.Claim);
        uint ended = table.Begin(QuestionKind.Insert);
        table.Schedule(late, 30);
        table.Schedule(moved, 10);
        table.Schedule(moved, 20);
        table.Schedule(ended, 15);
        table.End(ended);

        Assert.Equal(20, table.NextDueNs);
        Assert.False(table.TryTakeDue(19, out _));
        Assert.True(table.TryTakeDue(40, out uint first));
        Assert.True(table.TryTakeDue(40, out uint second));
        Assert.False(table.TryTakeDue(40, out _));
        Assert.Equal((moved, late, long.MaxValue), (first, second, table.NextDueNs));
    }
}
