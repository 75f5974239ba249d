using System.Security.Cryptography;
using System.Text;

namespace Hyperplane.Controller.Tenants;

/// <summary>
/// The secrets of API keys: <c>hp_KEY_RANDOM</c>, 256 random bits, so one round of SHA-256 is enough to store.
/// </summary>
internal static class Secret
{
    private const string Prefix = "hp_";
    private const string IdPrefix = "key-";
    private const int RandomDigits = 64;
    private const int MaxChars = 128;

    /// <summary>A new secret of a key.</summary>
    public static string Create(string keyId) =>
        $"{Prefix}{keyId[IdPrefix.Length..]}_{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}";

    /// <summary>The key that a secret claims to be of; false when it has another shape.</summary>
    public static bool TryGetKeyId(string secret, out string keyId)
    {
        keyId = string.Empty;
        if (secret.Length > MaxChars || !secret.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        int end = secret.IndexOf('_', Prefix.Length);
        if (end <= Prefix.Length || secret.Length - end - 1 != RandomDigits)
            return false;
        keyId = IdPrefix + secret[Prefix.Length..end];
        return true;
    }

    /// <summary>What is stored.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Compares in a time that does not depend on where the secrets differ.</summary>
    public static bool Matches(string secret, ReadOnlySpan<byte> hash) =>
        CryptographicOperations.FixedTimeEquals(Hash(secret), hash);
}
