using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Controller.Identity;

/// <summary>Issues certificates to the nodes of the region and to its controllers.</summary>
internal sealed class CertificateAuthority(CertificateIssuer issuer) : IDisposable
{
    private const string Name = "Hyperplane region";
    private static readonly TimeSpan Life = TimeSpan.FromDays(3_650);

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Certificate => issuer.Certificate;

    /// <summary>A new one.</summary>
    public static CertificateAuthority Create(DateTimeOffset now) => new(CertificateIssuer.Create(Name, now, Life));

    /// <summary>From the database; null when the secret does not open the key.</summary>
    public static CertificateAuthority? Open(byte[] der, byte[] sealedKey, string secret)
    {
        byte[]? pkcs8 = SealedKey.Open(sealedKey, secret, der);
        if (pkcs8 is null)
            return null;
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        CryptographicOperations.ZeroMemory(pkcs8);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(der);
        return new CertificateAuthority(new CertificateIssuer(bare.CopyWithPrivateKey(key)));
    }

    /// <summary>Its private key for the database.</summary>
    public byte[] Seal(string secret)
    {
        using ECDsa key = Certificate.GetECDsaPrivateKey()!;
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        byte[] whole = SealedKey.Seal(pkcs8, secret, Certificate.RawData);
        CryptographicOperations.ZeroMemory(pkcs8);
        return whole;
    }

    /// <summary>A client's certificate for a node's key.</summary>
    public X509Certificate2 IssueNode(NodeName node, PublicKey key, DateTimeOffset from, TimeSpan life)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(node.Uri));
        return issuer.Issue(node.Node, key, names, IssuedCertificate.ClientPurpose, from, life);
    }

    /// <summary>A controller's own certificate, with a new private key.</summary>
    public X509Certificate2 IssueController(DateTimeOffset from, TimeSpan life)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(NodeIdentityMethods.ControllerName);
        return issuer.IssueServer("controller", names, from, life);
    }

    /// <inheritdoc/>
    public void Dispose() => issuer.Dispose();
}
