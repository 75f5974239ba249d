namespace Hyperplane.Client;

/// <summary>How often and how soon a request is sent again.</summary>
/// <param name="MaxRetries">The most times after the first.</param>
/// <param name="FirstPause">Before the second time; pauses double and are jittered.</param>
/// <param name="LongestPause">What they grow to.</param>
/// <param name="AttemptLimit">How long one sending may take: longer than the API holds an answer.</param>
public sealed record CallPace(int MaxRetries, TimeSpan FirstPause, TimeSpan LongestPause, TimeSpan AttemptLimit)
{
    /// <summary>The longest <c>Retry-After</c> that is honoured; with a longer one the request fails at once.</summary>
    public static TimeSpan MaxRetryAfter { get; } = TimeSpan.FromSeconds(10);
}
