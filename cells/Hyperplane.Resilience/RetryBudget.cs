namespace Hyperplane.Resilience;

/// <summary>The retries that one destination may still be asked: each takes a token, a success gives back a part of
/// one.</summary>
/// <remarks>
/// Shared by all calls of a process to the destination, from any thread. Of <c>n</c> calls, <c>s</c> of which succeed,
/// at most <c>n + tokens + ratio × s</c> attempts are made: an outage is not multiplied by those who try again. As in
/// gRPC's retry throttling (gRFC A6) and Finagle's RetryBudget.
/// </remarks>
public sealed class RetryBudget
{
    private const int PartsPerToken = 1_000;

    private readonly int _mostParts;
    private readonly int _partsPerSuccess;
    private int _parts;

    /// <summary>A full budget.</summary>
    /// <param name="tokens">The most retries without a success between them: 1 to 1,000.</param>
    /// <param name="ratio">What a success gives back, in tokens: 0.001 to 1.</param>
    public RetryBudget(int tokens = 10, double ratio = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, 1_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(ratio, 1.0 / PartsPerToken);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ratio, 1);
        _parts = _mostParts = tokens * PartsPerToken;
        _partsPerSuccess = (int)Math.Round(ratio * PartsPerToken);
    }

    /// <summary>What is left.</summary>
    public double Tokens => (double)Volatile.Read(ref _parts) / PartsPerToken;

    /// <summary>Takes a token for one retry; false when there is none.</summary>
    public bool TryTake()
    {
        int seen = Volatile.Read(ref _parts);
        while (seen >= PartsPerToken)
        {
            int before = Interlocked.CompareExchange(ref _parts, seen - PartsPerToken, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        return false;
    }

    /// <summary>A call succeeded.</summary>
    public void GiveBack()
    {
        int seen = Volatile.Read(ref _parts);
        while (seen < _mostParts)
        {
            int before = Interlocked.CompareExchange(ref _parts, Math.Min(seen + _partsPerSuccess, _mostParts), seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
