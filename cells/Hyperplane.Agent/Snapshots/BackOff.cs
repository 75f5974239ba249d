namespace Hyperplane.Agent.Snapshots;

/// <summary>Pauses that double up to a limit, jittered so that a fleet does not come back in one moment.</summary>
internal sealed class BackOff(TimeSpan first, TimeSpan longest, Random random)
{
    private int _failures;

    /// <summary>Whether nothing failed since the last success.</summary>
    public bool IsCalm => _failures == 0;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        double whole =
            Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (random.NextDouble() / 2)));
    }

    /// <summary>Begins anew after a success.</summary>
    public void Reset() => _failures = 0;
}
