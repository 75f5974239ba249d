using System.Net.Http.Headers;

namespace Hyperplane.Lbctl.Api;

/// <summary>When a GET is tried again: at most three times, after a jittered pause that doubles.</summary>
internal static class Retry
{
    /// <summary>The most tries after the first.</summary>
    public const int MaxRetries = 3;

    /// <summary>The longest <c>Retry-After</c> that is honoured; with a longer one the command fails at once.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether this status means that the same request may succeed later.</summary>
    public static bool IsTransient(int status) => status is 502 or 503 or 504;

    /// <summary>
    /// How long to pause before retry number <paramref name="retry"/> (from 0); null when it is not worth it.
    /// </summary>
    /// <param name="retry">How many retries there were already.</param>
    /// <param name="asked">What the answer asked for; null when there was no answer or it asked for nothing.</param>
    /// <param name="now">The time, for a <c>Retry-After</c> that is a date.</param>
    /// <param name="chance">The jitter: the pause is 50 % to 100 % of its nominal length.</param>
    public static TimeSpan? Pause(int retry, RetryConditionHeaderValue? asked, DateTimeOffset now, Random chance)
    {
        if (retry >= MaxRetries)
            return null;
        if ((asked?.Delta ?? asked?.Date - now) is { } wanted)
            return wanted <= MaxRetryAfter ? TimeSpan.FromTicks(Math.Max(0, wanted.Ticks)) : null;
        return FirstPause * (1 << retry) * (0.5 + (chance.NextDouble() / 2));
    }
}
