namespace Hyperplane.Dataplane.Sharing;

/// <summary>Limits how often something is done: so many a second, a second's worth at once.</summary>
internal sealed class TokenBucket(int perSecond)
{
    private const long SecondNs = 1_000_000_000;

    private readonly long _costNs = SecondNs / perSecond;
    private long _creditNs = SecondNs;
    private long _lastNs = long.MinValue;

    /// <summary>Whether it may be done now; counts when it may.</summary>
    public bool TryTake(long nowNs)
    {
        if (_lastNs != long.MinValue)
            _creditNs = Math.Min(SecondNs, _creditNs + (nowNs - _lastNs));
        _lastNs = nowNs;
        if (_creditNs < _costNs)
            return false;
        _creditNs -= _costNs;
        return true;
    }
}
