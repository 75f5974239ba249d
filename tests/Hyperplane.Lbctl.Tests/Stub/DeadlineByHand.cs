namespace Hyperplane.Lbctl.Tests.Stub;

/// <summary>A clock whose timers go off when the test says so: the end of <c>--timeout</c> at a known place.</summary>
internal sealed class DeadlineByHand : TimeProvider
{
    private readonly List<(TimerCallback Callback, object? State)> _timers = [];

    /// <summary>All time is over.</summary>
    public void Come()
    {
        foreach ((TimerCallback callback, object? state) in _timers.ToArray())
            callback(state);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add((callback, state));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // It holds nothing.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
