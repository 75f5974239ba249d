using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hyperplane.Health.Tests.Probes;

/// <summary>A target that speaks TLS with a certificate that nobody trusts: made by itself, expired, of another
/// name.</summary>
internal sealed class TlsTarget : IDisposable
{
    private readonly X509Certificate2 _certificate = MakeCertificate();

    /// <summary>The server name of the last handshake.</summary>
    public string? ServerName { get; private set; }

    /// <summary>The last request.</summary>
    public string Request { get; private set; } = "";

    public FakeTarget Answering(string answer) => new(async (socket, ct) =>
    {
        await using var connection = new NetworkStream(socket);
        await using var tls = new SslStream(connection);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateSelectionCallback = (_, name) =>
                {
                    ServerName = name;
                    return _certificate;
                },
            },
            ct);
        byte[] buffer = new byte[4096];
        Request = Encoding.ASCII.GetString(buffer, 0, await tls.ReadAsync(buffer, ct));
        await tls.WriteAsync(Encoding.ASCII.GetBytes(answer), ct);
    });

    public void Dispose() => _certificate.Dispose();

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=elsewhere.example", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
