using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Rpc.Tests.Hosting;

/// <summary>Kestrel with the services of one test.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _directory;
    private readonly X509Certificate2? _certificate;

    private TestServer(WebApplication app, DirectoryInfo directory, X509Certificate2? certificate, LogSink log)
    {
        _app = app;
        _directory = directory;
        _certificate = certificate;
        Log = log;
    }

    /// <summary>http, https or unix address.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Everything that was logged.</summary>
    public LogSink Log { get; }

    /// <summary>The server's certificate as a PEM file; null without TLS.</summary>
    public string? CertificatePath => _certificate?.Write(_directory.FullName).CertificatePath;

    public static async Task<TestServer> StartAsync(
        ServerServiceDefinition services,
        Transport transport = Transport.Plain,
        RpcServiceOptions? options = null,
        Action<WebApplication>? configure = null,
        string? socket = null)
    {
        var log = new LogSink();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("hprpc");
        X509Certificate2? certificate = transport == Transport.Tls ? TestCertificate.Create() : null;
        socket ??= Path.Combine(directory.FullName, "s");
        try
        {
            WebApplication app = Build(services, transport, options, log, certificate, socket);
            configure?.Invoke(app);
            await app.StartAsync();
            string address = app.Services.GetRequiredService<IServer>().Features
                .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
            return new TestServer(app, directory, certificate, log)
            {
                Address = transport == Transport.UnixSocket ? "unix:" + socket : address,
            };
        }
        catch
        {
            directory.Delete(recursive: true);
            throw;
        }
    }

    public Channel CreateChannel(ChannelOptions? options = null)
    {
        options ??= new ChannelOptions();
        return Channel.ForAddress(Address, _certificate is null ? options : _certificate.Pin(options));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate?.Dispose();
        _directory.Delete(recursive: true);
    }

    private static WebApplication Build(
        ServerServiceDefinition services,
        Transport transport,
        RpcServiceOptions? options,
        LogSink log,
        X509Certificate2? certificate,
        string socket)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (transport == Transport.UnixSocket)
                kestrel.ListenRpcUnixSocket(socket);
            else
                kestrel.ListenRpc(new IPEndPoint(IPAddress.Loopback, 0), listen =>
                {
                    if (certificate is not null)
                        listen.UseHttps(certificate);
                });
        });
        WebApplication app = builder.Build();
        app.MapRpcService(services, options);
        return app;
    }

    /// <summary>Keeps log entries.</summary>
    public sealed class LogSink : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, int EventId, string Text)> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Entries.Enqueue((logLevel, eventId.Id, formatter(state, exception) + exception));

        public void Dispose()
        {
        }
    }
}
