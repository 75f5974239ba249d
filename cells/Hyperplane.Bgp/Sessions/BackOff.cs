namespace Hyperplane.Bgp;

/// <summary>Pauses that double from a minimum to a maximum, each shortened by up to a quarter at random.</summary>
internal sealed class BackOff
{
    private readonly int _minMs;
    private readonly int _maxMs;
    private readonly Random _random;
    private int _nextMs;

    public BackOff(int minMs, int maxMs, Random random)
    {
        _minMs = _nextMs = minMs;
        _maxMs = maxMs;
        _random = random;
    }

    /// <summary>The pause to make now, in milliseconds.</summary>
    public long Next()
    {
        int pauseMs = _nextMs;
        _nextMs = (int)Math.Min((long)pauseMs * 2, _maxMs);
        return Jitter(pauseMs, _random);
    }

    public void Reset() => _nextMs = _minMs;

    /// <summary>75 to 100 % of a time (RFC 4271 10).</summary>
    public static long Jitter(long timeMs, Random random) => timeMs - (long)(timeMs * 0.25 * random.NextDouble());
}
