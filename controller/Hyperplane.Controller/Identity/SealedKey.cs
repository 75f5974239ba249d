using System.Security.Cryptography;
using System.Text;

namespace Hyperplane.Controller.Identity;

/// <summary>
/// A private key as the database keeps it: AES-256-GCM under a key derived (HKDF-SHA256) from the region's secret.
/// </summary>
/// <remarks>Version (1 byte, 1), nonce (12), tag (16), ciphertext; the certificate is the associated data.</remarks>
internal static class SealedKey
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;
    private const int HeadBytes = 1 + NonceBytes + TagBytes;

    /// <summary>Seals a key.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, string secret, ReadOnlySpan<byte> certificate)
    {
        byte[] whole = new byte[HeadBytes + key.Length];
        whole[0] = Version;
        RandomNumberGenerator.Fill(whole.AsSpan(1, NonceBytes));
        using AesGcm aes = Cipher(secret);
        aes.Encrypt(
            whole.AsSpan(1, NonceBytes), key, whole.AsSpan(HeadBytes), whole.AsSpan(1 + NonceBytes, TagBytes),
            certificate);
        return whole;
    }

    /// <summary>The key; null when the secret is another one, or the bytes are damaged.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> whole, string secret, ReadOnlySpan<byte> certificate)
    {
        if (whole.Length < HeadBytes || whole[0] != Version)
            return null;
        byte[] key = new byte[whole.Length - HeadBytes];
        using AesGcm aes = Cipher(secret);
        try
        {
            aes.Decrypt(
                whole.Slice(1, NonceBytes), whole[HeadBytes..], whole.Slice(1 + NonceBytes, TagBytes), key,
                certificate);
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static AesGcm Cipher(string secret) => new(
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes,
            info: "hyperplane authority key"u8.ToArray()),
        TagBytes);
}
