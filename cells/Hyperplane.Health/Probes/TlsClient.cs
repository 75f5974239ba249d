using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Health;

/// <summary>TLS towards a target, as a load balancer speaks it to ask for health.</summary>
internal static class TlsClient
{
    /// <summary>Shakes hands; the certificate is not verified and no server name is sent, as AWS does: what is asked is
    /// whether the target answers, not who it is.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The other side speaks no TLS that this
    /// node knows.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public static async Task<Stream> OpenAsync(Stream connection, CancellationToken ct)
    {
        var tls = new SslStream(connection, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "",
                    AllowRenegotiation = false,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
#pragma warning disable CA5359, MA0039 // No data of a tenant crosses this connection, and none is believed.
                    RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359, MA0039
                },
                ct);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
