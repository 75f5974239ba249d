using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hyperplane.Agent.Enrolment;

/// <summary>What the node proves itself with, and knows the controllers by.</summary>
/// <param name="Certificate">The node's, with its private key.</param>
/// <param name="Authority">The region's.</param>
/// <param name="TokenFingerprint">Of the token that it enrolled with.</param>
public sealed record NodeCredentials(
    X509Certificate2 Certificate, X509Certificate2 Authority, string TokenFingerprint)
{
    private const string TokenLine = "enrolled with: ";

    /// <summary>From when on the certificate is to be replaced: two thirds of its life.</summary>
    public DateTimeOffset RenewAt
    {
        get
        {
            var from = new DateTimeOffset(Certificate.NotBefore);
            return from + ((new DateTimeOffset(Certificate.NotAfter) - from) * 2 / 3);
        }
    }

    /// <summary>One file: certificate, key and authority as PEM (RFC 7468) with a line before them.</summary>
    public byte[] ToFile()
    {
        using ECDsa key = Certificate.GetECDsaPrivateKey()
            ?? throw new InvalidOperationException("the node's certificate has no key");
        return Encoding.ASCII.GetBytes(
            $"{TokenLine}{TokenFingerprint}\n{Certificate.ExportCertificatePem()}\n"
            + $"{key.ExportPkcs8PrivateKeyPem()}\n{Authority.ExportCertificatePem()}\n");
    }

    /// <summary>The other way; null when the file is damaged.</summary>
    public static NodeCredentials? FromFile(ReadOnlySpan<byte> file)
    {
        string text = Encoding.ASCII.GetString(file);
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith(TokenLine, StringComparison.Ordinal))
            return null;
        try
        {
            var both = new X509Certificate2Collection();
            both.ImportFromPem(text);
            if (both.Count != 2)
                return null;
            using X509Certificate2 bare = both[0];
            using var key = ECDsa.Create();
            key.ImportFromPem(PrivateKeyIn(text));
            return new NodeCredentials(bare.CopyWithPrivateKey(key), both[1], text[TokenLine.Length..end]);
        }
        catch (Exception damaged) when (damaged is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<char> PrivateKeyIn(ReadOnlySpan<char> text)
    {
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (text[fields.Label] is "PRIVATE KEY")
                return text[fields.Location];
            text = text[fields.Location.End..];
        }

        return [];
    }
}
