using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Agent.Enrolment;

/// <summary>What an operator gave this node to enrol with.</summary>
/// <remarks><c>hpe_</c> and, in base64url (RFC 4648 5), 32 secret bytes and the certificate of the region's
/// authority.</remarks>
public sealed class EnrolmentToken
{
    private const string Prefix = "hpe_";
    private const int SecretBytes = 32;

    private EnrolmentToken(byte[] secret, X509Certificate2 authority) => (Secret, Authority) = (secret, authority);

    /// <summary>The longest token, in characters.</summary>
    public const int MaxChars = 4_096;

    /// <summary>Shown to the controller once; never logged.</summary>
    public ReadOnlyMemory<byte> Secret { get; }

    /// <summary>By which the node knows the controllers.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>Tells a used token from a new one, and tells nothing of it.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData([.. "used"u8, .. Secret.Span]));

    /// <summary>Null when the text is no token.</summary>
    public static EnrolmentToken? TryParse(string text)
    {
        text = text.Trim();
        if (text.Length > MaxChars || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Base64Url.IsValid(text.AsSpan(Prefix.Length)))
            return null;
        byte[] whole = Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length));
        if (whole.Length <= SecretBytes)
            return null;
        try
        {
            // The loader takes PEM too; the token holds DER.
            if (X509Certificate2.GetCertContentType(whole.AsSpan(SecretBytes)) != X509ContentType.Cert)
                return null;
            return new EnrolmentToken(
                whole[..SecretBytes], X509CertificateLoader.LoadCertificate(whole.AsSpan(SecretBytes)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "enrolment token";
}
