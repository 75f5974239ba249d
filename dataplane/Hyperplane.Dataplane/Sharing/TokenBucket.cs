namespace Hyperplane.Dataplane.Sharing;

/// <summary>Limits how often something is done: so many a second, a second's worth at once.</summary>
/// <remarks>For any number of threads, without a lock; who is refused writes nothing. Kept as one number: when the
/// bucket will be full again (the generic cell rate algorithm, ITU-T I.371).</remarks>
internal sealed class TokenBucket(int perSecond)
{
    private const long SecondNs = 1_000_000_000;

    private readonly long _costNs = SecondNs / perSecond;
    private long _fullNs = long.MinValue;

    /// <summary>Whether it may be done now; counts when it may.</summary>
    public bool TryTake(long nowNs)
    {
        long fullNs = Volatile.Read(ref _fullNs);
        while (true)
        {
            long nextNs = Math.Max(fullNs, nowNs) + _costNs;
            if (nextNs - nowNs > SecondNs)
                return false;
            long seenNs = Interlocked.CompareExchange(ref _fullNs, nextNs, fullNs);
            if (seenNs == fullNs)
                return true;
            fullNs = seenNs;
        }
    }
}
