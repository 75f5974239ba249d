using System.Threading.RateLimiting;

namespace Hyperplane.Api.Authentication;

/// <summary>How often one key may ask, and how often one client address may show a wrong one.</summary>
internal sealed class RequestLimits(ApiOptions options) : IDisposable
{
    private const int WindowSeconds = 5;

    private readonly PartitionedRateLimiter<string> _keys = Keys(options.RequestsPerSecond, options.RequestBurst);
    private readonly PartitionedRateLimiter<string> _refused = Refused(options.RefusedPerSecond);

    /// <summary>Takes one request from a key's budget; false when it is spent.</summary>
    public bool TryTake(string keyId) => Take(_keys, keyId);

    /// <summary>Takes one answer to a wrong key, or to none, from an address' budget; false when it is spent. Good keys
    /// from the same address are not asked.</summary>
    public bool TryRefuse(string address) => Take(_refused, address);

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _refused.Dispose();
    }

    private static bool Take(PartitionedRateLimiter<string> limiter, string who)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(who);
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
