using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Terraform.Plugin;

/// <summary>Serves one plugin on a Unix socket, with TLS where the handshake asks for it.</summary>
internal sealed class PluginHost : IAsyncDisposable
{
    /// <summary>What Terraform itself takes and sends at most.</summary>
    private const int MaxMessageBytes = 256 * 1024 * 1024;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IPluginService _service;
    private WebApplication? _app;
    private string? _ownFolder;

    private PluginHost(IPluginService service) => _service = service;

    /// <summary>The path that it listens on.</summary>
    public string Socket { get; private set; } = "";

    /// <summary>What it shows; null without TLS.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>Ends when the plugin was asked to.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Listens; the service is made meanwhile.</summary>
    public static async Task<PluginHost> StartAsync(
        Handshake handshake, Func<IPluginService> service, TimeProvider time)
    {
        var host = new PluginHost(service());
        try
        {
            if (handshake.SocketFolder is null)
                host._ownFolder = Directory.CreateTempSubdirectory("hyperplane-tf-").FullName;
            // Short: a socket's path has 107 bytes.
            host.Socket = Path.Combine(
                handshake.SocketFolder ?? host._ownFolder!, $"plugin{Environment.ProcessId}.sock");
            if (handshake.ClientCertificate is not null)
                host.Certificate = PluginCertificate.Create(time.GetUtcNow());
            host._app = host.Build(handshake.ClientCertificate);
            await host._app.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it, once.</summary>
    public void Stop() => _ended.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _service.Dispose();
        Certificate?.Dispose();
        if (_ownFolder is not null)
            Directory.Delete(_ownFolder, recursive: true);
    }

    private WebApplication Build(X509Certificate2? client)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(new PluginLogProvider(Console.Error, TimeProvider.System))
            .SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, PluginLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenRpcUnixSocket(Socket, listen =>
        {
            if (Certificate is null)
                return;
            SslStreamCertificateContext shown =
                SslStreamCertificateContext.Create(Certificate, additionalCertificates: null, offline: true);
            listen.UseTls(() => shown, askClient: true);
        }));
        if (Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        WebApplication app = builder.Build();
        app.UseRouting();
        var options = new RpcServiceOptions
        {
            MaxReceiveMessageSize = MaxMessageBytes,
            Admit = client is null ? null : call => Admit(call, client),
        };
        app.MapRpcService(Methods(), options);
        return app;
    }

    private ServerServiceDefinition Methods()
    {
        ServerServiceDefinition.Builder methods = ServerServiceDefinition.CreateBuilder();
        methods.AddMethod(PluginMethods.Shutdown, ShutdownAsync);
        _service.AddTo(methods);
        return methods.Build();
    }

    private Task<Empty> ShutdownAsync(Empty request, ServerCallContext call)
    {
        // The answer first: Terraform waits for it.
        call.GetHttpContext().Response.OnCompleted(() =>
        {
            Stop();
            return Task.CompletedTask;
        });
        return Task.FromResult(new Empty());
    }

    private static void Admit(ServerCallContext call, X509Certificate2 client)
    {
        X509Certificate2? shown = call.GetHttpContext().Connection.ClientCertificate;
        if (shown is null || !shown.RawDataMemory.Span.SequenceEqual(client.RawDataMemory.Span))
            throw new RpcException(new Status(
                StatusCode.Unauthenticated, "this plugin serves the Terraform that started it alone"));
    }
}
