using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;

namespace Hyperplane.Api.Tests.Server;

/// <summary>A node as the controller sees it: enrols with a token of the API, then asks and reports.</summary>
internal sealed class EnrolledNode : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly Channel _channel;

    private EnrolledNode(string address, X509Certificate2 authority, X509Certificate2 certificate)
    {
        _certificate = certificate;
        _channel = Open(address, authority, certificate);
        Client = new CellControlClient(_channel);
    }

    public CellControlClient Client { get; }

    /// <summary>Its private key and what came with the token: nothing of it may be told anywhere.</summary>
    public IReadOnlyList<string> Secrets { get; private init; } = [];

    public static async Task<EnrolledNode> EnrollAsync(ApiClient api, string controller, string cell, string node)
    {
        Answer made = await api.SendAsync(
            "POST", $"/v1/cells/{cell}/nodes/{node}:enroll", null, RunningServer.OperatorKey);
        string token = made.Body.GetProperty("token").GetString()!;
        byte[] whole = Base64Url.DecodeFromChars(token.AsSpan("hpe_".Length));
        X509Certificate2 authority = X509CertificateLoader.LoadCertificate(whole.AsSpan(32));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Channel channel = Open(controller, authority, certificate: null);
        IssuedNodeCertificate issued = await new NodeIdentityClient(channel).EnrollAsync(new EnrollRequest
        {
            Cell = cell,
            Node = node,
            Secret = ByteString.CopyFrom(whole.AsSpan(0, 32)),
            SigningRequest = ByteString.CopyFrom(
                new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest()),
        });
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(issued.Certificate.Span);
        return new EnrolledNode(controller, authority, bare.CopyWithPrivateKey(key))
        {
            Secrets =
            [
                token, Convert.ToBase64String(whole.AsSpan(0, 32)),
                Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            ],
        };
    }

    /// <summary>A way to the controllers of a region; with no authority any is believed.</summary>
    public static Channel Open(string address, X509Certificate2? authority, X509Certificate2? certificate) =>
        Channel.ForAddress(address, new ChannelOptions
        {
            Tls = new()
            {
                TargetHost = NodeIdentityMethods.ControllerName,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                RemoteCertificateValidationCallback = (_, shown, _, _) => authority is null
                    || IssuedCertificate.Judge(
                        (X509Certificate2)shown!, authority, IssuedCertificate.ServerPurpose) is null,
            },
        });

    public void Dispose()
    {
        _channel.Dispose();
        _certificate.Dispose();
    }
}
