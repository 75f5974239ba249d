using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Agent.Enrolment;

/// <summary>TLS with a controller: it is known by the region's authority alone, wherever it listens.</summary>
internal static class ControllerTls
{
    /// <summary>Shows a certificate, or none.</summary>
    public static SslClientAuthenticationOptions With(
        X509Certificate2 authority, X509Certificate2? certificate, TimeProvider time) => new()
        {
            TargetHost = NodeIdentityMethods.ControllerName,
            EnabledSslProtocols = RpcTls.Protocols,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // A session that is taken up again would not show the certificate.
            AllowTlsResume = false,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            RemoteCertificateValidationCallback = (_, shown, _, _) => IsController(shown, authority, time),
        };

    private static bool IsController(X509Certificate? shown, X509Certificate2 authority, TimeProvider time) =>
        shown is X509Certificate2 leaf
        && IssuedCertificate.Judge(leaf, authority, IssuedCertificate.ServerPurpose) is null
        && IssuedCertificate.JudgeTime(leaf, time.GetUtcNow()) is null
        && leaf.MatchesHostname(NodeIdentityMethods.ControllerName);
}
