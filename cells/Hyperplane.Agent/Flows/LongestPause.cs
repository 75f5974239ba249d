namespace Hyperplane.Agent.Flows;

/// <summary>The longest time the garbage collector held this process up, as far as a thread sees that looks
/// often.</summary>
/// <remarks>All pauses between two looks count as one: an upper bound. One thread looks, any may read.</remarks>
internal sealed class LongestPause
{
    private TimeSpan _seen = GC.GetTotalPauseDuration();
    private long _longestUs;

    /// <summary>Microseconds.</summary>
    public ulong LongestUs => (ulong)Volatile.Read(ref _longestUs);

    /// <summary>Looks; allocates nothing.</summary>
    public void Look()
    {
        TimeSpan total = GC.GetTotalPauseDuration();
        long pauseUs = (total - _seen).Ticks / TimeSpan.TicksPerMicrosecond;
        _seen = total;
        if (pauseUs > _longestUs)
            Volatile.Write(ref _longestUs, pauseUs);
    }
}
