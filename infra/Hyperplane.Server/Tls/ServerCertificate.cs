using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Server.Tls;

/// <summary>A certificate with its chain and its key, as PEM files have them.</summary>
/// <param name="Context">For handshakes.</param>
/// <param name="NotAfter">When the certificate ends.</param>
/// <param name="Content">Of both files, to know them again.</param>
internal sealed record ServerCertificate(SslStreamCertificateContext Context, DateTimeOffset NotAfter, byte[] Content)
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>Reads both files; null and what is wrong, which tells nothing of the key.</summary>
    public static (ServerCertificate? Certificate, string? Error) Read(string certificatePath, string keyPath)
    {
        try
        {
            if (new FileInfo(certificatePath).Length > LongestFile || new FileInfo(keyPath).Length > LongestFile)
                return (null, $"{certificatePath} or {keyPath} has more than 1 MiB");
            string certificates = File.ReadAllText(certificatePath);
            string key = File.ReadAllText(keyPath);
            var leaf = X509Certificate2.CreateFromPem(certificates, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            chain.RemoveAt(0);
            return (new ServerCertificate(
                SslStreamCertificateContext.Create(leaf, chain, offline: true),
                new DateTimeOffset(leaf.NotAfter),
                SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(certificates + '\0' + key)])), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return (null, $"{certificatePath} and {keyPath} must hold a certificate (its chain after it) and its "
                + "private key, both in PEM");
        }
    }
}
