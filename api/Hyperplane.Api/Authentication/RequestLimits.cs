using System.Threading.RateLimiting;

namespace Hyperplane.Api.Authentication;

/// <summary>How often one key may ask, and how often one client address may show a wrong one.</summary>
internal sealed class RequestLimits(ApiOptions options) : IDisposable
{
    private const int WindowSeconds = 5;

    private readonly PartitionedRateLimiter<string> _keys = Keys(options.RequestsPerSecond, options.RequestBurst);
    private readonly PartitionedRateLimiter<string> _refused = Refused(options.RefusedPerSecond);

    /// <summary>Takes one request from a key's budget; false when it is spent.</summary>
    public bool TryTake(string keyId) => Take(_keys, keyId, 1);

    /// <summary>Whether an address may still try keys.</summary>
    public bool MayTry(string address) => Take(_refused, address, 0);

    /// <summary>An address showed a wrong key, or none.</summary>
    public void NoteRefused(string address) => Take(_refused, address, 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _refused.Dispose();
    }

    private static bool Take(PartitionedRateLimiter<string> limiter, string who, int permits)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(who, permits);
        return lease.IsAcquired;
    }

    /// <summary>What is full again is forgotten by the limiter itself.</summary>
    private static PartitionedRateLimiter<string> Keys(int perSecond, int burst) =>
        PartitionedRateLimiter.Create<string, string>(who => perSecond == 0
            ? RateLimitPartition.GetNoLimiter(who)
            : RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = Math.Max(1, perSecond / 10),
                ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(0.1, 1.0 / perSecond)),
                QueueLimit = 0,
            }));

    /// <summary>By windows: whether anything is left can be asked without taking it, which a bucket with a part of a
    /// token answers with yes.</summary>
    private static PartitionedRateLimiter<string> Refused(int perSecond) =>
        PartitionedRateLimiter.Create<string, string>(who => perSecond == 0
            ? RateLimitPartition.GetNoLimiter(who)
            : RateLimitPartition.GetFixedWindowLimiter(who, _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = perSecond * WindowSeconds,
                Window = TimeSpan.FromSeconds(WindowSeconds),
                QueueLimit = 0,
            }));
}
