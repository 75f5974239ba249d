using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Tests.CellControl;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Controller.Tests.Identity;

/// <summary>What an operator and a node do to get the node a certificate.</summary>
internal static class Enrolling
{
    private static CallOptions Now => new(null, null, TestContext.Current.CancellationToken);

    public static INodeCredentials Credentials(this Region region) =>
        region.Services.CreateScope().ServiceProvider.GetRequiredService<INodeCredentials>();

    /// <summary>A token's secret bytes.</summary>
    public static async Task<byte[]> SecretAsync(this Region region, string cell, string node)
    {
        EnrolmentToken token = Region.Done(
            await region.Credentials().CreateTokenAsync(cell, node, TestContext.Current.CancellationToken));
        return Base64Url.DecodeFromChars(token.Token.AsSpan("hpe_".Length))[..32];
    }

    /// <summary>A whole enrolment.</summary>
    public static async Task<X509Certificate2> EnrollAsync(
        this ControlHost host, byte[] secret, string cell, string node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        IssuedNodeCertificate issued = await host.AskForAsync(secret, cell, node, Request(key));
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(issued.Certificate.Span);
        return bare.CopyWithPrivateKey(key);
    }

    public static async Task<IssuedNodeCertificate> AskForAsync(
        this ControlHost host, byte[] secret, string cell, string node, byte[] request) =>
        await new NodeIdentityClient(host.Connect(certificate: null)).EnrollAsync(
            new EnrollRequest
            {
                Cell = cell,
                Node = node,
                Secret = ByteString.CopyFrom(secret),
                SigningRequest = ByteString.CopyFrom(request),
            },
            Now);

    /// <summary>The next certificate for the one before.</summary>
    public static async Task<X509Certificate2> RenewAsync(this ControlHost host, X509Certificate2 certificate)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        IssuedNodeCertificate issued = await new NodeIdentityClient(host.Connect(certificate)).RenewAsync(
            new RenewRequest { SigningRequest = ByteString.CopyFrom(Request(key)) }, Now);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(issued.Certificate.Span);
        return bare.CopyWithPrivateKey(key);
    }

    public static byte[] Request(ECDsa key) =>
        new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public static TestAgent AgentWith(this ControlHost host, X509Certificate2 certificate, string cell, string node) =>
        new(new CellControlClient(host.Connect(certificate)), cell, node);
}
