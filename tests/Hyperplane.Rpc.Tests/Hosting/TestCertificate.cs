using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Rpc.Tests.Hosting;

/// <summary>A certificate for loopback, made for the run.</summary>
public static class TestCertificate
{
    /// <summary>Self-signed, valid for a day, with its key.</summary>
    public static X509Certificate2 Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(
            certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>Writes both as PEM files.</summary>
    public static (string CertificatePath, string KeyPath) Write(this X509Certificate2 certificate, string folder)
    {
        string certificatePath = Path.Combine(folder, "certificate.pem");
        string keyPath = Path.Combine(folder, "key.pem");
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }

    /// <summary>Trusts this one certificate alone.</summary>
    public static ChannelOptions Pin(this X509Certificate2 certificate, ChannelOptions options)
    {
        byte[] pinned = certificate.RawData;
        return options with
        {
            Tls = new()
            {
                RemoteCertificateValidationCallback = (_, peer, _, _) =>
                    peer is not null && pinned.AsSpan().SequenceEqual(peer.GetRawCertData()),
            },
        };
    }
}
