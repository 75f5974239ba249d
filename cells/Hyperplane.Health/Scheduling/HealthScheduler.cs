namespace Hyperplane.Health;

/// <summary>Decides which probe starts when: time in, work out; no timer, no thread.</summary>
/// <remarks>
/// Each entry has a grid of slots, one an interval, with a seeded phase that spreads the work evenly; only its first
/// probe starts at once. At most one probe of an entry runs at a time. A slot that passed while it ran is made up for
/// by one probe, never by more: overload makes probes rarer, it does not pile them up. Not safe for many threads.
/// </remarks>
/// <param name="maxConcurrent">Probes that may run at a time, 1 or more.</param>
/// <param name="random">Seeds the phases.</param>
public sealed class HealthScheduler<TKey>(int maxConcurrent, Random random)
    where TKey : notnull
{
    private readonly Dictionary<TKey, ScheduledProbe<TKey>> _entries = [];
    private readonly SortedSet<ScheduledProbe<TKey>> _waiting = new(ScheduledProbe<TKey>.ByDueTime);
    private long _sequence;

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>How many probes run, those of removed entries included.</summary>
    public int Running { get; private set; }

    /// <summary>How many slots were left out because a probe still ran or all places were taken.</summary>
    public long SlotsLeftOut { get; private set; }

    /// <summary>How many probes began more than a tenth of their interval after they were due.</summary>
    public long Late { get; private set; }

    /// <summary>When to ask again, in the caller's milliseconds; null: after the next change.</summary>
    public long? NextWakeupMs => Running < maxConcurrent && _waiting.Min is { } first ? first.DueMs : null;

    /// <summary>Adds an entry whose first probe is due now; throws when the key is there.</summary>
    public void Add(TKey key, long intervalMs, long nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intervalMs, 1);
        var entry = new ScheduledProbe<TKey>(key, intervalMs, nowMs + random.NextInt64(intervalMs), _sequence++)
        {
            DueMs = nowMs,
        };
        _entries.Add(key, entry);
        _waiting.Add(entry);
    }

    /// <summary>Removes an entry; its probe, if one runs, ends with <see cref="Complete"/> before the key
    /// returns.</summary>
    public void Remove(TKey key)
    {
        if (_entries.Remove(key, out ScheduledProbe<TKey>? entry))
            _waiting.Remove(entry);
    }

    /// <summary>Takes the entry that waits longest; false when nothing is due or all places are taken.</summary>
    public bool TryTake(long nowMs, out TKey key) => TryTake(nowMs, out key, out _);

    /// <summary>The same; also tells when its next probe should start.</summary>
    public bool TryTake(long nowMs, out TKey key, out long nextSlotMs)
    {
        if (Running >= maxConcurrent || _waiting.Min is not { } first || first.DueMs > nowMs)
        {
            (key, nextSlotMs) = (default!, 0);
            return false;
        }

        _waiting.Remove(first);
        if (nowMs - first.DueMs > first.IntervalMs / 10)
            Late++;
        SlotsLeftOut += first.Start(nowMs);
        Running++;
        (key, nextSlotMs) = (first.Key, first.NextSlotMs);
        return true;
    }

    /// <summary>Gives back the place of a probe that was taken.</summary>
    public void Complete(TKey key, long nowMs)
    {
        if (Running == 0)
            throw new InvalidOperationException("no probe runs");
        Running--;
        if (_entries.TryGetValue(key, out ScheduledProbe<TKey>? entry) && entry.IsRunning)
        {
            entry.End(nowMs);
            _waiting.Add(entry);
        }
    }
}
