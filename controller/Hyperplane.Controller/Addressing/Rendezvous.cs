using System.Text;

namespace Hyperplane.Controller.Addressing;

/// <summary>
/// Highest-random-weight hashing (Thaler and Ravishankar, 1998): who serves a key, with the least change when members
/// come and go.
/// </summary>
/// <remarks>The score is FNV-1a over the key with SplitMix64's finaliser; it must never change, or every shard would
/// move.</remarks>
internal static class Rendezvous
{
    /// <summary>The members in order of their score for the key, best first.</summary>
    public static IReadOnlyList<int> Order(string key, IEnumerable<int> members)
    {
        ulong hash = Fnv1a(key);
        return [.. members.OrderByDescending(member => Mix(hash ^ Mix((ulong)(uint)member))).ThenBy(member => member)];
    }

    private static ulong Fnv1a(string key)
    {
        ulong hash = 14695981039346656037;
        foreach (byte part in Encoding.UTF8.GetBytes(key))
            hash = unchecked((hash ^ part) * 1099511628211);
        return hash;
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
