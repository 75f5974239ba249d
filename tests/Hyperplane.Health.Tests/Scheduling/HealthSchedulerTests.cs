namespace Hyperplane.Health.Tests.Scheduling;

public sealed class HealthSchedulerTests
{
    [Fact]
    public void The_first_probe_of_a_new_entry_is_due_at_once()
    {
        var scheduler = new HealthScheduler<int>(8, new Random(1));
        scheduler.Add(7, intervalMs: 30_000, nowMs: 1000);

        Assert.Equal(1000, scheduler.NextWakeupMs);
        Assert.True(scheduler.TryTake(1000, out int key));
        Assert.Equal(7, key);
        Assert.False(scheduler.TryTake(1_000_000, out _)); // it still runs
        Assert.Null(scheduler.NextWakeupMs);
    }

    [Fact]
    public void A_probe_that_waits_for_more_than_a_tenth_of_its_interval_is_late()
    {
        var scheduler = new HealthScheduler<int>(1, new Random(1));
        scheduler.Add(1, intervalMs: 1_000, nowMs: 0);
        scheduler.Add(2, intervalMs: 1_000, nowMs: 0);
        scheduler.Add(3, intervalMs: 1_000, nowMs: 0);
        foreach ((long now, long late) in ((long, long)[])[(0, 0), (100, 0), (101, 1)])
        {
            Assert.True(scheduler.TryTake(now, out int key));
            scheduler.Complete(key, now);
            Assert.Equal(late, scheduler.Late);
        }
    }

    [Fact]
    public void Ten_thousand_entries_keep_their_slots_and_share_the_time_evenly()
    {
        const int Entries = 10_000;
        const long IntervalMs = 10_000;
        const long EndMs = 600_000;
        var scheduler = new HealthScheduler<int>(64, new Random(42));
        for (int i = 0; i < Entries; i++)
            scheduler.Add(i, IntervalMs, 0);
        int[] probes = new int[Entries];
        long[] slot = new long[Entries];
        int[] perDecisecond = new int[EndMs / 100 + 1];

        while (scheduler.NextWakeupMs is { } nowMs && nowMs <= EndMs)
        {
            Assert.True(scheduler.TryTake(nowMs, out int key));
            scheduler.Complete(key, nowMs);
            perDecisecond[nowMs / 100]++;
            probes[key]++;
            if (probes[key] == 2)
                slot[key] = nowMs % IntervalMs;
            if (probes[key] > 2)
                Assert.Equal(slot[key], nowMs % IntervalMs);
        }

        Assert.All(probes, count => Assert.InRange(count, 61, 62));
        Assert.All(perDecisecond[1..^1], count => Assert.InRange(count, 40, 170)); // 100 on average
        Assert.Equal(0, scheduler.SlotsLeftOut);
    }

    [Fact]
    public void Ten_thousand_targets_that_answer_nothing_keep_their_slots()
    {
        const int Entries = 10_000;
        const long IntervalMs = 10_000;
        const long TimeoutMs = IntervalMs;
        const long TimerLateMs = 2;
        const int Rounds = 30;
        var scheduler = new HealthScheduler<int>(new HealthCheckerOptions().MaxConcurrentProbes, new Random(43));
        for (int i = 0; i < Entries; i++)
            scheduler.Add(i, IntervalMs, 0);
        var ends = new PriorityQueue<int, long>();
        long[] slot = new long[Entries];
        int[] probes = new int[Entries];
        long latestMs = 0;
        for (long nowMs = 0; nowMs < Rounds * IntervalMs; nowMs++)
        {
            while (ends.TryPeek(out int over, out long endMs) && endMs <= nowMs)
            {
                ends.Dequeue();
                scheduler.Complete(over, nowMs);
            }

            while (scheduler.TryTake(nowMs, out int key, out long nextSlotMs))
            {
                ends.Enqueue(key, nowMs + TimerLateMs + ProbeTimeout.Ms(TimeoutMs, nextSlotMs - nowMs));
                slot[key] = nextSlotMs % IntervalMs;
                // All leave at once, in nobody's slot, and are there a tenth of an interval later each time.
                if (++probes[key] > 11)
                    latestMs = Math.Max(latestMs, (nowMs - slot[key] + IntervalMs) % IntervalMs);
            }
        }

        Assert.InRange(latestMs, 0, TimerLateMs);
        Assert.All(probes, count => Assert.InRange(count, Rounds - 1, Rounds + 2));
    }

    [Theory]
    [InlineData(10_000, 20_000, 10_000)] // time enough
    [InlineData(10_000, 10_000, 10_000)]
    [InlineData(10_000, 9_997, 9_997)] // it started late
    [InlineData(10_000, 12, 9_000)] // an interval is too short for it
    [InlineData(50, 0, 45)]
    public void A_probe_gives_way_to_the_next_by_a_tenth_of_its_timeout_at_most(
        long timeoutMs, long untilNextMs, long expectedMs) =>
        Assert.Equal(expectedMs, ProbeTimeout.Ms(timeoutMs, untilNextMs));

    [Fact]
    public void A_slow_probe_is_followed_at_once_by_one_and_not_by_those_it_missed()
    {
        var scheduler = new HealthScheduler<int>(8, new Random(3));
        scheduler.Add(1, intervalMs: 1000, nowMs: 0);
        Assert.True(scheduler.TryTake(0, out _));
        scheduler.Complete(1, 10_500);

        Assert.Equal(10_500, scheduler.NextWakeupMs);
        Assert.True(scheduler.TryTake(10_500, out _));
        scheduler.Complete(1, 10_500);
        Assert.InRange(scheduler.NextWakeupMs!.Value, 10_501, 11_500);
        Assert.InRange(scheduler.SlotsLeftOut, 9, 10);
    }

    [Fact]
    public void Who_waits_longest_goes_first_when_places_are_short()
    {
        var scheduler = new HealthScheduler<int>(1, new Random(4));
        for (int i = 0; i < 5; i++)
            scheduler.Add(i, intervalMs: 100, nowMs: 0);
        int[] probes = new int[5];
        for (long nowMs = 0; nowMs < 100_000; nowMs += 200)
        {
            Assert.True(scheduler.TryTake(nowMs, out int key));
            Assert.False(scheduler.TryTake(nowMs, out _));
            probes[key]++;
            scheduler.Complete(key, nowMs + 200);
        }

        Assert.All(probes, count => Assert.Equal(100, count));
    }

    [Fact]
    public void A_removed_entry_is_not_probed_again_and_its_place_comes_back()
    {
        var scheduler = new HealthScheduler<int>(1, new Random(5));
        scheduler.Add(1, 1000, 0);
        scheduler.Add(2, 1000, 0);
        Assert.True(scheduler.TryTake(0, out int key));
        Assert.Equal(1, key);
        scheduler.Remove(1);
        Assert.Equal(1, scheduler.Running);
        scheduler.Complete(1, 10);
        scheduler.Remove(2);

        Assert.Equal(0, scheduler.Count);
        Assert.Null(scheduler.NextWakeupMs);
        Assert.False(scheduler.TryTake(1_000_000, out _));
    }

    [Fact]
    public void Any_course_of_events_keeps_the_limits()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            try
            {
                RunCourse(seed);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    /// <summary>Entries come and go, probes take any time, for a while all places are taken.</summary>
    private static void RunCourse(int seed)
    {
        var random = new Random(seed);
        int places = random.Next(1, 20);
        var scheduler = new HealthScheduler<int>(places, new Random(seed));
        var intervals = new Dictionary<int, long>();
        var running = new PriorityQueue<int, long>();
        var runs = new HashSet<int>();
        var lastStart = new Dictionary<int, List<long>>();
        int nextKey = 0;
        long nowMs = 0;
        for (int step = 0; step < 400; step++)
        {
            if (random.Next(4) == 0 && intervals.Count < 40)
            {
                intervals.Add(nextKey, random.Next(1, 3000));
                scheduler.Add(nextKey, intervals[nextKey], nowMs);
                lastStart[nextKey++] = [];
            }

            if (random.Next(10) == 0 && intervals.Count > 0)
            {
                int removed = intervals.Keys.ElementAt(random.Next(intervals.Count));
                intervals.Remove(removed);
                scheduler.Remove(removed);
            }

            while (scheduler.TryTake(nowMs, out int key))
            {
                Assert.True(intervals.ContainsKey(key), "a removed entry was taken");
                Assert.True(runs.Add(key), "two probes of one entry run");
                Assert.True(runs.Count <= places, "more probes run than there are places");
                List<long> starts = lastStart[key];
                Assert.True(
                    starts.Count < 3 || nowMs - starts[^2] >= intervals[key], "three probes within one interval");
                starts.Add(nowMs);
                running.Enqueue(key, nowMs + random.Next(0, 5000));
            }

            Assert.Equal(runs.Count, scheduler.Running);
            Assert.Equal(intervals.Count, scheduler.Count);
            long? endMs = running.TryPeek(out _, out long end) ? end : null;
            long? wakeMs = scheduler.NextWakeupMs;
            Assert.True(wakeMs is null || wakeMs > nowMs, "something due was not taken");
            Assert.True(wakeMs is not null || runs.Count == places || runs.IsSupersetOf(intervals.Keys), "lost entry");
            nowMs = Math.Max(nowMs, Math.Min(endMs ?? long.MaxValue, wakeMs ?? long.MaxValue) is var t
                && t < long.MaxValue ? t : nowMs);
            while (running.TryPeek(out int done, out long at) && at <= nowMs)
            {
                running.Dequeue();
                runs.Remove(done);
                scheduler.Complete(done, nowMs);
            }
        }
    }
}
