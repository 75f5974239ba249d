using System.Diagnostics;

namespace Hyperplane.Bench.Health;

/// <summary>The system's clock, which tells probes apart by their timeouts and writes down when each starts.</summary>
/// <remarks>A probe's first act is a timer for its timeout; timeouts here differ by 100 ns from target to target, and
/// whatever shortens one does so by whole milliseconds.</remarks>
/// <param name="capacity">Starts that can be written down.</param>
internal sealed class ProbeStarts(int capacity) : TimeProvider
{
    /// <summary>As many have a timeout of their own.</summary>
    public const int MostTargets = (int)TimeSpan.TicksPerMillisecond;

    private readonly (int Target, long At)[] _starts = new (int Target, long At)[capacity];
    private int _count;

    /// <summary>What the checker was told first: its zero.</summary>
    public long Zero { get; private set; }

    /// <summary>What it was told next: inside <c>Set</c>, when it placed its targets in time.</summary>
    public long Placed { get; private set; }

    /// <summary>All starts so far, in the order of time; more than fit are a mistake.</summary>
    public ReadOnlySpan<(int Target, long At)> Starts => _starts.AsSpan(0, Volatile.Read(ref _count));

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        long now = Stopwatch.GetTimestamp();
        if (Zero == 0)
            Zero = now;
        else if (Placed == 0)
            Placed = now;
        return now;
    }

    /// <summary>The timeout that names a target; a whole number of milliseconds is given.</summary>
    public static TimeSpan TimeoutOf(int target, TimeSpan timeout) => timeout + TimeSpan.FromTicks(target);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
            _starts[Interlocked.Increment(ref _count) - 1] =
                ((int)(dueTime.Ticks % MostTargets), Stopwatch.GetTimestamp());
        return System.CreateTimer(callback, state, dueTime, period);
    }
}
