namespace Hyperplane.Resilience.Tests;

/// <summary>A clock whose timers go off at once; it remembers for when they were set.</summary>
internal sealed class HastyTime : TimeProvider
{
    private readonly List<TimeSpan> _set = [];

    public IReadOnlyList<TimeSpan> Set
    {
        get
        {
            lock (_set)
                return [.. _set];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_set)
            _set.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
