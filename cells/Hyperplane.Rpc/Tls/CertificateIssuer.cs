using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Rpc;

/// <summary>A small authority: P-256, SHA-256, leaves alone below it (RFC 5280).</summary>
/// <param name="certificate">Its own certificate, with the private key.</param>
public sealed class CertificateIssuer(X509Certificate2 certificate) : IDisposable
{
    private const int SerialBytes = 16;

    /// <summary>Its own certificate, with the private key.</summary>
    public X509Certificate2 Certificate { get; } = certificate;

    /// <summary>A new one, with a new key.</summary>
    public static CertificateIssuer Create(string name, DateTimeOffset now, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateIssuer(request.CreateSelfSigned(now - IssuedCertificate.ClockSkew, now + life));
    }

    /// <summary>A leaf for a key; it begins and ends within the authority's own time.</summary>
    /// <param name="name">The subject's common name, at most 64 characters.</param>
    /// <param name="key">Whose certificate it is.</param>
    /// <param name="names">The subject alternative names.</param>
    /// <param name="purpose"><see cref="IssuedCertificate.ServerPurpose"/> or
    /// <see cref="IssuedCertificate.ClientPurpose"/>.</param>
    /// <param name="from">From when on it holds.</param>
    /// <param name="life">How long.</param>
    public X509Certificate2 Issue(
        string name, PublicKey key, SubjectAlternativeNameBuilder names, string purpose, DateTimeOffset from,
        TimeSpan life)
    {
        ArgumentNullException.ThrowIfNull(names);
        var request = new CertificateRequest(Subject(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        request.CertificateExtensions.Add(names.Build(critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);
        // Positive and not empty (RFC 5280 4.1.2.2).
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        // The clock here may be behind that of who made the authority.
        DateTimeOffset begin = Later(from, new DateTimeOffset(Certificate.NotBefore));
        var last = new DateTimeOffset(Certificate.NotAfter);
        return request.Create(Certificate, begin, begin + life < last ? begin + life : last, serial);
    }

    /// <summary>A server's leaf with a new private key.</summary>
    public X509Certificate2 IssueServer(
        string name, SubjectAlternativeNameBuilder names, DateTimeOffset from, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare =
            Issue(name, new PublicKey(key), names, IssuedCertificate.ServerPurpose, from, life);
        return bare.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static X500DistinguishedName Subject(string name)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        return subject.Build();
    }
}
