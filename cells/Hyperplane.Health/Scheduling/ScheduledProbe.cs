namespace Hyperplane.Health;

/// <summary>The slots of one entry: phase + k × interval.</summary>
internal sealed class ScheduledProbe<TKey>(TKey key, long intervalMs, long phaseMs, long sequence)
{
    /// <summary>Earliest first; those added first before others.</summary>
    public static readonly IComparer<ScheduledProbe<TKey>> ByDueTime =
        Comparer<ScheduledProbe<TKey>>.Create(static (x, y) =>
        {
            int byTime = x.DueMs.CompareTo(y.DueMs);
            return byTime != 0 ? byTime : x._sequence.CompareTo(y._sequence);
        });

    private readonly long _sequence = sequence;

    /// <summary>Whose slots they are.</summary>
    public TKey Key { get; } = key;

    /// <summary>From slot to slot.</summary>
    public long IntervalMs { get; } = intervalMs;

    /// <summary>The first slot that is not used up.</summary>
    public long NextSlotMs { get; private set; } = phaseMs;

    /// <summary>When the next probe may start; fixed while the entry waits.</summary>
    public long DueMs { get; set; }

    /// <summary>Whether its probe runs.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Uses up all slots until now; gives how many beyond the one that this probe takes.</summary>
    public long Start(long nowMs)
    {
        IsRunning = true;
        if (nowMs < NextSlotMs)
            return 0;
        long passed = (nowMs - NextSlotMs) / IntervalMs + 1;
        NextSlotMs += passed * IntervalMs;
        return passed - 1;
    }

    /// <summary>The next probe is due at its slot, or now when that has passed.</summary>
    public void End(long nowMs)
    {
        IsRunning = false;
        DueMs = Math.Max(NextSlotMs, nowMs);
    }
}
