using Hyperplane.Api.Problems;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Counts the watches that are open, of each key and of all.</summary>
internal sealed class WatchLimits(ApiOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ofKey = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Takes a place for a watch, which <see cref="End"/> gives back; a problem when there is none.</summary>
    public Problem? TryBegin(string keyId)
    {
        lock (_lock)
        {
            int open = _ofKey.GetValueOrDefault(keyId);
            if (open >= options.WatchesPerKey)
                return Problem.Of(
                    429, ProblemCodes.RateLimited,
                    $"This key has {open} watches open, as many as it may; end one, or ask with ?wait=.");
            if (_all >= options.Watches)
                return Problem.Of(
                    503, ProblemCodes.Unavailable,
                    "This server has as many watches open as it may; come back soon, or ask with ?wait=.");
            _ofKey[keyId] = open + 1;
            _all++;
            return null;
        }
    }

    /// <summary>A watch is over.</summary>
    public void End(string keyId)
    {
        lock (_lock)
        {
            _all--;
            if (--_ofKey[keyId] == 0)
                _ofKey.Remove(keyId);
        }
    }
}
