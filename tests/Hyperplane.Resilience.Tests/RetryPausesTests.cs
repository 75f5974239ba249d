namespace Hyperplane.Resilience.Tests;

public sealed class RetryPausesTests
{
    [Fact]
    public void Pauses_double_with_jitter_up_to_their_limit()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var pauses = new RetryPauses(
                TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1_000), new Random(seed));
            for (int failures = 0; failures < 100; failures++)
            {
                double whole = Math.Min(100 * Math.Pow(2, failures), 1_000);
                Assert.InRange(pauses.After(failures).TotalMilliseconds, whole / 2, whole);
                Assert.Equal(failures < 4, pauses.IsHurried(failures));
                Assert.InRange(pauses.Longest().TotalMilliseconds, 500, 1_000);
            }
        }
    }

    [Fact]
    public void At_the_limit_no_two_are_equal()
    {
        var pauses = new RetryPauses(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), new Random(1));
        Assert.Equal(100, Enumerable.Range(10, 100).Select(pauses.After).Distinct().Count());
    }
}
