using System.Buffers.Text;
using System.Security.Cryptography;

namespace Hyperplane.Controller.Identity;

/// <summary>
/// Enrolment tokens: <c>hpe_</c> and, in base64url (RFC 4648 5), 256 random bits and the authority's certificate, by
/// which the node knows the controllers.
/// </summary>
internal static class EnrolmentSecret
{
    /// <summary>Random bytes.</summary>
    public const int Bytes = 32;

    private const string Prefix = "hpe_";

    /// <summary>A new token and what is stored of it.</summary>
    public static (string Token, byte[] Hash) Create(ReadOnlySpan<byte> authority)
    {
        byte[] whole = new byte[Bytes + authority.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, Bytes));
        authority.CopyTo(whole.AsSpan(Bytes));
        return (Prefix + Base64Url.EncodeToString(whole), Hash(whole.AsSpan(0, Bytes)));
    }

    /// <summary>What is stored of a secret: it has 256 random bits, so one round of SHA-256 is enough.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> secret) => SHA256.HashData(secret);
}
