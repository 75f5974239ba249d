using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>An authority made for the run, with a controller and a node of its own.</summary>
internal static class TestAuthority
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public static CertificateIssuer Issuer { get; } =
        CertificateIssuer.Create("test region", Now, TimeSpan.FromDays(10_000));

    /// <summary>A node that has enrolled.</summary>
    public static NodeCredentials Node { get; } = Of(Issuer);

    /// <summary>A node that trusts this region, but has a certificate of another one.</summary>
    public static NodeCredentials Strange { get; } =
        Of(CertificateIssuer.Create("another region", Now, TimeSpan.FromDays(1))) with
        {
            Authority = Issuer.Certificate,
        };

    /// <summary>TLS as a controller does it.</summary>
    public static void Serve(ListenOptions listen) => listen.UseTls(() => Controller, askClient: true);

    /// <summary>A client's certificate.</summary>
    public static X509Certificate2 Issue(
        CertificateIssuer issuer, PublicKey key, DateTimeOffset from, TimeSpan life)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("hyperplane://cells/cell-a/nodes/node-a1"));
        return issuer.Issue("node-a1", key, names, IssuedCertificate.ClientPurpose, from, life);
    }

    private static SslStreamCertificateContext Controller { get; } = MakeController(Issuer);

    /// <summary>A controller's certificate of an authority.</summary>
    public static SslStreamCertificateContext MakeController(CertificateIssuer issuer)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(NodeIdentityMethods.ControllerName);
        return SslStreamCertificateContext.Create(
            issuer.IssueServer("controller", names, Now, TimeSpan.FromDays(10_000)), null, offline: true);
    }

    private static NodeCredentials Of(CertificateIssuer issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = Issue(issuer, new PublicKey(key), Now, TimeSpan.FromDays(1));
        return new NodeCredentials(bare.CopyWithPrivateKey(key), issuer.Certificate, "00");
    }
}
