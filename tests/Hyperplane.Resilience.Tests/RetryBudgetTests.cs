namespace Hyperplane.Resilience.Tests;

public sealed class RetryBudgetTests
{
    [Fact]
    public void It_is_empty_after_as_many_retries_as_it_has_tokens()
    {
        var budget = new RetryBudget(tokens: 3, ratio: 0.5);
        Assert.Equal(3, Taken(budget));
        Assert.Equal(0, budget.Tokens);
    }

    [Fact]
    public void Successes_fill_it_bit_by_bit()
    {
        var budget = new RetryBudget(tokens: 10, ratio: 0.1);
        Taken(budget);
        for (int success = 0; success < 9; success++)
            budget.GiveBack();
        Assert.False(budget.TryTake());
        budget.GiveBack();
        Assert.True(budget.TryTake());
        Assert.False(budget.TryTake());
    }

    [Fact]
    public void It_never_has_more_than_at_first()
    {
        var budget = new RetryBudget(tokens: 2, ratio: 0.4);
        budget.GiveBack();
        Assert.True(budget.TryTake());
        for (int success = 0; success < 100; success++)
            budget.GiveBack();
        Assert.Equal(2, budget.Tokens);
    }

    [Fact]
    public async Task No_token_is_taken_twice_or_lost_whoever_takes_at_once()
    {
        var budget = new RetryBudget(tokens: 1_000, ratio: 1);
        int[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Taken(budget))));
        Assert.Equal(1_000, taken.Sum());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int success = 0; success < 100; success++)
                budget.GiveBack();
        })));
        Assert.Equal(800, budget.Tokens);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1_001, 0.1)]
    [InlineData(10, 0)]
    [InlineData(10, 1.1)]
    public void What_is_out_of_range_is_refused(int tokens, double ratio) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryBudget(tokens, ratio));

    private static int Taken(RetryBudget budget)
    {
        int taken = 0;
        while (budget.TryTake())
            taken++;
        return taken;
    }
}
