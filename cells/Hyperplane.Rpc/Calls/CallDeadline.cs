namespace Hyperplane.Rpc;

/// <summary>The end of a call's time, as an instant and as a token.</summary>
internal sealed class CallDeadline : IDisposable
{
    /// <summary>Longer waits than timers can do (49 days) are as good as none.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource? _source;

    /// <summary>At an instant in UTC; null: never.</summary>
    public CallDeadline(TimeProvider time, DateTime? instant)
    {
        _time = time;
        Instant = instant?.ToUniversalTime() ?? DateTime.MaxValue;
        TimeSpan remaining = Remaining;
        if (Instant == DateTime.MaxValue || remaining > LongestTimer)
            return;
        _source = remaining > TimeSpan.Zero
            ? new CancellationTokenSource(remaining, time)
            : new CancellationTokenSource();
        if (remaining <= TimeSpan.Zero)
            _source.Cancel();
    }

    /// <summary>UTC; <see cref="DateTime.MaxValue"/>: never.</summary>
    public DateTime Instant { get; }

    /// <summary>Zero or less when it has passed.</summary>
    public TimeSpan Remaining => Instant - _time.GetUtcNow().UtcDateTime;

    /// <summary>Whether it has passed, by timer or by clock.</summary>
    public bool HasPassed => _source is { IsCancellationRequested: true } || Remaining <= TimeSpan.Zero;

    /// <summary>Fires when it passes.</summary>
    public CancellationToken Token => _source?.Token ?? CancellationToken.None;

    /// <summary>After a time from now; beyond the calendar: never.</summary>
    public static DateTime After(TimeProvider time, TimeSpan timeout)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        return timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
    }

    /// <inheritdoc/>
    public void Dispose() => _source?.Dispose();
}
