namespace Hyperplane.Health;

/// <summary>How long a probe may take, so that it does not keep its target's next one.</summary>
/// <remarks>With a timeout as long as the interval, which is usual for short intervals, a probe that is not answered
/// would end after the next slot, by as much as its start and its timer were late, and each after it later
/// still.</remarks>
public static class ProbeTimeout
{
    /// <summary>The timeout, shortened by a tenth at most to end at the next slot.</summary>
    public static long Ms(long timeoutMs, long untilNextMs) =>
        Math.Clamp(untilNextMs, timeoutMs - (timeoutMs / 10), timeoutMs);
}
