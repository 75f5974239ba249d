using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Tests.Sharing;

public sealed class TokenBucketTests
{
    private const int PerSecond = 1_000;
    private const long CostNs = 1_000_000;

    private readonly TokenBucket _bucket = new(PerSecond);

    [Theory]
    [InlineData(0)]
    [InlineData(77_000_000_000)]
    public void A_seconds_worth_goes_at_once_and_then_one_after_another(long nowNs)
    {
        Assert.Equal(PerSecond, Taken(nowNs, 5_000));
        Assert.False(_bucket.TryTake(nowNs + CostNs - 1));
        Assert.Equal(1, Taken(nowNs + CostNs, 5));
        Assert.Equal(9, Taken(nowNs + (10 * CostNs), 20));
        // No more than a second's worth is saved up.
        Assert.Equal(PerSecond, Taken(nowNs + (60_000 * CostNs), 5_000));
        // The clock of another pipeline may be a little behind.
        Assert.False(_bucket.TryTake(nowNs));
    }

    [Fact]
    public void Threads_that_take_at_once_get_no_more_together()
    {
        int taken = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            Interlocked.Add(ref taken, Taken(5_000 * CostNs, 20_000))))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(PerSecond, taken);
    }

    private int Taken(long nowNs, int tries) => Enumerable.Range(0, tries).Count(_ => _bucket.TryTake(nowNs));
}
