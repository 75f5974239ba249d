namespace Hyperplane.Mesh.Sessions;

/// <summary>Monotonic time in nanoseconds.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    public const long Second = 1_000_000_000;
    private readonly long _frequency = time.TimestampFrequency;

    public long NowNs => _frequency == Second
        ? time.GetTimestamp()
        : (long)((Int128)time.GetTimestamp() * Second / _frequency);

    public static long Ns(TimeSpan span) => span.Ticks * 100;
}
