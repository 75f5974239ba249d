using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Identity;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>
/// The controller's role in a real web server on a unix socket, beside a region that plays the API process.
/// </summary>
public sealed class ControlHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Region _region;
    private readonly List<IDisposable> _disposables = [];
    private readonly string _folder;
    private readonly string _socket;

    private ControlHost(WebApplication app, Region region, string folder, string socket) =>
        (_app, _region, _folder, _socket) = (app, region, folder, socket);

    public IServiceProvider Services => _app.Services;

    internal CertificateAuthority Authority => Services.GetRequiredService<AuthorityKeeper>().Authority;

    public static async Task<ControlHost> StartAsync(
        Region region,
        Func<CellControlOptions, CellControlOptions>? change = null,
        Func<ControllerOptions, ControllerOptions>? store = null,
        ILoggerProvider? logs = null)
    {
        string folder = Directory.CreateTempSubdirectory("hpctl-").FullName;
        string socket = Path.Combine(folder, "rpc");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (logs is not null)
            builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.ListenRpcUnixSocket(socket, listen => listen.UseCellControlTls()));
        var options = new ControllerOptions { ConnectionString = region.ConnectionString };
        var control = new CellControlOptions { AuthorityKey = Region.AuthorityKey };
        builder.Services.AddSingleton<TimeProvider>(region.Time);
        builder.Services.AddHyperplaneController(store?.Invoke(options) ?? options);
        builder.Services.AddHyperplaneCellControl(change?.Invoke(control) ?? control);
        WebApplication app = builder.Build();
        app.MapCellControl();
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }

        return new ControlHost(app, region, folder, socket);
    }

    /// <summary>A node with a certificate of its own.</summary>
    public TestAgent Agent(string cell, string node) =>
        new(Way(cell, node), cell, node);

    /// <summary>A node's way in, with a certificate of its own.</summary>
    public CellControlClient Way(string cell, string node) => new(Connect(Certificate(cell, node)));

    /// <summary>A node's certificate, declared or not.</summary>
    public X509Certificate2 Certificate(string cell, string node, TimeSpan? from = null, TimeSpan? life = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = Authority.IssueNode(
            new NodeName(cell, node), new PublicKey(key), _region.Time.GetUtcNow() + (from ?? TimeSpan.Zero),
            life ?? TimeSpan.FromDays(30));
        return Kept(bare.CopyWithPrivateKey(key));
    }

    /// <summary>A way to the controller, with a certificate or without; closed with this host.</summary>
    public Channel Connect(X509Certificate2? certificate) => Kept(Channel.ForAddress(
        "unix:" + _socket,
        new ChannelOptions
        {
            MaxReceiveMessageSize = 8 * 1024 * 1024,
            Tls = new()
            {
                TargetHost = NodeIdentityMethods.ControllerName,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                RemoteCertificateValidationCallback = (_, shown, _, _) => IssuedCertificate.Judge(
                    (X509Certificate2)shown!, Authority.Certificate, IssuedCertificate.ServerPurpose) is null,
            },
        }));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable one in Enumerable.Reverse(_disposables))
            one.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private T Kept<T>(T one)
        where T : IDisposable
    {
        _disposables.Add(one);
        return one;
    }
}
