using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hyperplane.Dataplane.Admission;

/// <summary>How sources of SYNs are asked whether they are there; the default asks none.</summary>
/// <param name="KeyFirst">Half of the key of the numbers; never shown.</param>
/// <param name="KeyLast">The other half.</param>
/// <param name="PerSecond">The most that a node asks; 0 for none.</param>
/// <param name="KnownSeconds">How long a source that answered is known.</param>
internal readonly record struct ChallengeSettings(ulong KeyFirst, ulong KeyLast, int PerSecond, int KnownSeconds)
{
    private const long SecondNs = 1_000_000_000;

    /// <summary>What one costs of their rate; 0 for no challenges.</summary>
    public long CostNs => PerSecond == 0 ? 0 : Math.Max(1, SecondNs / PerSecond);

    /// <summary>How long a source that answered is known.</summary>
    public long KnownNs => KnownSeconds * SecondNs;

    /// <summary>With a key of this start alone.</summary>
    public static ChallengeSettings Of(DataplaneOptions options)
    {
        ReadOnlySpan<ulong> key = MemoryMarshal.Cast<byte, ulong>(RandomNumberGenerator.GetBytes(2 * sizeof(ulong)));
        return new ChallengeSettings(key[0], key[1], options.ChallengesPerSecond, options.KnownSourceSeconds);
    }

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{PerSecond} challenges a second, known for {KnownSeconds} s";
}
