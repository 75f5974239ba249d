using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hyperplane.Rpc;

/// <summary>TLS of listeners; the slim builder needs <c>builder.WebHost.UseKestrelHttpsConfiguration()</c>.</summary>
public static class RpcTls
{
    /// <summary>TLS 1.2 and later.</summary>
    public const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// TLS with the certificate of the moment, asked for at each handshake. With <paramref name="askClient"/> the
    /// client is asked for a certificate; any is let in, and none too: the calls judge it, and can say why.
    /// </summary>
    /// <remarks>Sessions are not resumed: each connection proves its client anew.</remarks>
    public static ListenOptions UseTls(
        this ListenOptions listen, Func<SslStreamCertificateContext> certificate, bool askClient)
    {
        ArgumentNullException.ThrowIfNull(listen);
        return listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate(),
                EnabledSslProtocols = Protocols,
                ClientCertificateRequired = askClient,
#pragma warning disable CA5359 // A client's, not a server's; the calls judge it.
                RemoteCertificateValidationCallback = askClient ? AcceptAny : null,
#pragma warning restore CA5359
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                AllowRenegotiation = false,
                AllowTlsResume = !askClient,
            }),
        });
    }

    private static bool AcceptAny(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
