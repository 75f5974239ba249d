using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Controller.Identity;

/// <summary>Reads what a node asks to have certified: of a PKCS #10 request (RFC 2986) only the key is taken.</summary>
internal static class SigningRequest
{
    /// <summary>The longest request.</summary>
    public const int MaxBytes = 4_096;

    private const string EllipticCurve = "1.2.840.10045.2.1";
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>The key, whose possession the request proves; null and why not.</summary>
    public static (PublicKey? Key, string? Error) Read(ReadOnlySpan<byte> der)
    {
        if (der.Length is 0 or > MaxBytes)
            return (null, $"a signing request has 1 to {MaxBytes} bytes, not {der.Length}");
        try
        {
            var request = CertificateRequest.LoadSigningRequest(
                der, HashAlgorithmName.SHA256, out int consumed, CertificateRequestLoadOptions.Default);
            if (consumed != der.Length)
                return (null, "bytes follow the signing request");
            if (request.PublicKey.Oid.Value != EllipticCurve)
                return (null, "the key is not one of the curve P-256");
            using ECDsa? key = request.PublicKey.GetECDsaPublicKey();
            return key?.ExportParameters(false).Curve.Oid.Value == P256
                ? (request.PublicKey, null)
                : (null, "the key is not one of the curve P-256");
        }
        catch (Exception damaged) when (damaged is CryptographicException or NotSupportedException or ArgumentException)
        {
            return (null, "the signing request is damaged, or not signed with its own key");
        }
    }
}
