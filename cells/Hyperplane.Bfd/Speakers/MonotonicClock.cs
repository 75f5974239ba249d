namespace Hyperplane.Bfd;

/// <summary>Nanoseconds that never go back: CLOCK_MONOTONIC on Linux, as the dataplane's stamps.</summary>
/// <param name="time">Where timestamps come from.</param>
public sealed class MonotonicClock(TimeProvider time)
{
    private const long SecondNs = 1_000_000_000;
    private readonly long _frequency = time.TimestampFrequency;

    /// <summary>Now.</summary>
    public long NowNs
    {
        get
        {
            long ticks = time.GetTimestamp();
            return _frequency == SecondNs ? ticks : (long)((Int128)ticks * SecondNs / _frequency);
        }
    }
}
