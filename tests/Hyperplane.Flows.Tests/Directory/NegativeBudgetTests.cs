using Hyperplane.Flows.Directory;

namespace Hyperplane.Flows.Tests.Directory;

public sealed class NegativeBudgetTests
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void A_destination_has_its_number_a_second_and_as_many_the_next()
    {
        var budget = new NegativeBudget(perSecond: 3);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(budget.HasLeft(1, i));
            budget.Spend(1, i);
        }
        Assert.False(budget.HasLeft(1, SecondNs - 1));
        Assert.True(budget.HasLeft(1, SecondNs));
        budget.Spend(1, SecondNs);
        Assert.True(budget.HasLeft(1, SecondNs + 1));
    }

    [Fact]
    public void What_one_destination_spends_is_nobody_elses()
    {
        var budget = new NegativeBudget(perSecond: 1);
        budget.Spend(1, 0);
        Assert.False(budget.HasLeft(1, 1));
        Assert.True(budget.HasLeft(2, 1));
    }

    [Fact]
    public void More_destinations_than_it_remembers_cost_a_fresh_start_and_no_memory()
    {
        var budget = new NegativeBudget(perSecond: 1);
        for (uint destination = 0; destination <= 65_536; destination++)
            budget.Spend(destination, 0);
        Assert.True(budget.HasLeft(0, 1));
        Assert.False(budget.HasLeft(65_536, 1));
    }
}
