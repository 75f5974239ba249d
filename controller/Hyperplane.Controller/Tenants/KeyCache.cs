using System.Collections.Concurrent;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Controller.Tenants;

/// <summary>API keys looked up a moment ago; bounded, and emptied of a key the moment it is revoked.</summary>
internal sealed class KeyCache(ControllerOptions options, TimeProvider time)
{
    private const int MaxKeys = 10_000;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _epoch;

    /// <summary>
    /// Names the state of revocations before a look-up; <see cref="Add"/> refuses a look-up that a revocation overtook.
    /// </summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>The hash and owner of a key that is still believed.</summary>
    public bool TryGet(string keyId, out byte[] hash, out Principal? principal)
    {
        if (_entries.TryGetValue(keyId, out Entry? entry) && time.GetElapsedTime(entry.AddedAt) < options.KeyCacheTime)
        {
            (hash, principal) = (entry.Hash, entry.Principal);
            return true;
        }

        (hash, principal) = ([], null);
        return false;
    }

    /// <summary>
    /// Remembers a key, unless one was revoked since <paramref name="epoch"/>. A full cache is emptied: it fills again
    /// in seconds.
    /// </summary>
    public void Add(string keyId, byte[] hash, Principal principal, long epoch)
    {
        if (_entries.Count >= MaxKeys)
            _entries.Clear();
        _entries[keyId] = new Entry(hash, principal, time.GetTimestamp());
        if (Epoch != epoch)
            _entries.TryRemove(keyId, out _);
    }

    /// <summary>Forgets all: keys were revoked, or notices of it may have been missed.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _epoch);
        _entries.Clear();
    }

    private sealed record Entry(byte[] Hash, Principal Principal, long AddedAt);
}
