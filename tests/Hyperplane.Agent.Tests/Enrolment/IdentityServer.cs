using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Tests.Enrolment;

/// <summary>A controller that gives certificates, as it is told.</summary>
internal sealed class IdentityServer : NodeIdentityBase, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly WebApplication _app;

    private IdentityServer(string socket, TimeProvider time, CertificateIssuer controllers)
    {
        _time = time;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = TestAuthority.MakeController(controllers);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenRpcUnixSocket(
            socket, listen => listen.UseTls(() => certificate, askClient: true)));
        _app = builder.Build();
        _app.MapRpcService(BindService());
    }

    /// <summary>Who signs the nodes' certificates.</summary>
    public CertificateIssuer Issuer { get; set; } = TestAuthority.Issuer;

    /// <summary>How calls end; null: well.</summary>
    public Status? Failure { get; set; }

    public ConcurrentQueue<EnrollRequest> Enrolments { get; } = [];

    /// <summary>The serial numbers shown for a renewal.</summary>
    public ConcurrentQueue<string> Renewals { get; } = [];

    public static async Task<IdentityServer> StartAsync(
        string socket, TimeProvider time, CertificateIssuer? controllers = null)
    {
        var server = new IdentityServer(socket, time, controllers ?? TestAuthority.Issuer);
        await server._app.StartAsync();
        return server;
    }

    public override Task<IssuedNodeCertificate> Enroll(EnrollRequest request, ServerCallContext context)
    {
        Enrolments.Enqueue(request);
        return Issue(request.SigningRequest);
    }

    public override Task<IssuedNodeCertificate> Renew(RenewRequest request, ServerCallContext context)
    {
        Renewals.Enqueue(context.GetHttpContext().Connection.ClientCertificate!.SerialNumber);
        return Issue(request.SigningRequest);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task<IssuedNodeCertificate> Issue(ByteString signingRequest)
    {
        if (Failure is { } failure)
            throw new RpcException(failure);
        PublicKey key = CertificateRequest
            .LoadSigningRequest(signingRequest.ToByteArray(), HashAlgorithmName.SHA256).PublicKey;
        using X509Certificate2 made =
            TestAuthority.Issue(Issuer, key, _time.GetUtcNow(), TimeSpan.FromDays(30));
        return Task.FromResult(new IssuedNodeCertificate { Certificate = ByteString.CopyFrom(made.RawData) });
    }
}
