namespace Hyperplane.Resilience;

/// <summary>Pauses that double up to a limit; each is jittered between a half and the whole, so that a fleet does not
/// come back in one moment.</summary>
/// <remarks>The limit is jittered too: Polly's own jitter makes all pauses at the limit equal, and the first ones as
/// short as nothing. Any thread.</remarks>
public sealed class RetryPauses(TimeSpan first, TimeSpan longest, Random random)
{
    private readonly Lock _gate = new();

    /// <summary>The pause after one more failure.</summary>
    /// <param name="failures">How many there were before it since the last success.</param>
    public TimeSpan After(int failures) => Jitter(Whole(failures));

    /// <summary>A pause at the limit.</summary>
    public TimeSpan Longest() => Jitter(longest);

    /// <summary>Whether the pause after this many failures is not yet at the limit.</summary>
    public bool IsHurried(int failures) => Whole(failures) < longest;

    private TimeSpan Whole(int failures) => TimeSpan.FromMilliseconds(
        Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)), longest.TotalMilliseconds));

    private TimeSpan Jitter(TimeSpan whole)
    {
        lock (_gate)
            return whole * (0.5 + (random.NextDouble() / 2));
    }
}
