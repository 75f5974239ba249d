using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Rpc;

namespace Hyperplane.Terraform.Plugin;

/// <summary>The certificate of one run: Terraform trusts this very one, told in the handshake.</summary>
internal static class PluginCertificate
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>A new one with a new key; it is its own authority, as Terraform's client wants it.</summary>
    public static X509Certificate2 Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.KeyCertSign,
            critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(IssuedCertificate.ServerPurpose), new Oid(IssuedCertificate.ClientPurpose)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(now - IssuedCertificate.ClockSkew, now + Life);
    }
}
