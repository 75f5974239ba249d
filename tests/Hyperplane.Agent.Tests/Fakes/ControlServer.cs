using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>A controller on a real gRPC server: holds asks, sends pieces, keeps reports.</summary>
internal sealed class ControlServer : CellControlBase, IAsyncDisposable
{
    /// <summary>What the nodes of the cell share.</summary>
    public const string Key = "hp_secret_of_the_cell";
    private readonly Lock _gate = new();
    private readonly List<(Func<NodeReport, bool> Match, TaskCompletionSource<NodeReport> Waiter)> _waiters = [];
    private readonly WebApplication _app;
    private Snapshot? _snapshot;
    private NodeReport? _lastReport;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ControlServer(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapRpcService(BindService());
    }

    public string Address { get; private set; } = "";

    public int ChunkBytes { get; init; } = 100;

    public ConcurrentQueue<AskRequest> Asks { get; } = [];

    /// <summary>The serial numbers of the certificates shown by who asks.</summary>
    public ConcurrentQueue<string> Serials { get; } = [];

    public static async Task<ControlServer> StartAsync(string? socketPath = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => _ = socketPath is null
            ? kestrel.ListenRpc(new IPEndPoint(IPAddress.Loopback, 0), TestAuthority.Serve)
            : kestrel.ListenRpcUnixSocket(socketPath, TestAuthority.Serve));
        var server = new ControlServer(builder);
        await server._app.StartAsync();
        string bound = server._app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        server.Address = socketPath is null ? bound : "unix:" + socketPath;
        return server;
    }

    public void Publish(Snapshot snapshot)
    {
        lock (_gate)
        {
            _snapshot = snapshot;
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The first report, from the last one on, that matches.</summary>
    public Task<NodeReport> ReportThat(Func<NodeReport, bool> match)
    {
        lock (_gate)
        {
            if (_lastReport is { } last && match(last))
                return Task.FromResult(last);
            var waiter = new TaskCompletionSource<NodeReport>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((match, waiter));
            return waiter.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public override async Task Ask(
        AskRequest request, IServerStreamWriter<SnapshotChunk> responseStream, ServerCallContext context)
    {
        CheckNode(context);
        Serials.Enqueue(context.GetHttpContext().Connection.ClientCertificate!.SerialNumber);
        Asks.Enqueue(request);
        (Snapshot? snapshot, Task changed) = Read();
        if (!request.Body && (snapshot is null || Sample.Hash(snapshot).Equals(request.RunningHash)))
        {
            Task limit = Task.Delay(TimeSpan.FromMilliseconds(request.WaitMs), context.CancellationToken);
            await Task.WhenAny(changed, limit);
            (snapshot, _) = Read();
            if (snapshot is null || Sample.Hash(snapshot).Equals(request.RunningHash))
                return;
        }

        foreach (SnapshotChunk chunk in snapshot is null ? [] : Sample.Chunks(snapshot, ChunkBytes))
            await responseStream.WriteAsync(chunk);
    }

    public override Task<ReportReply> Report(NodeReport request, ServerCallContext context)
    {
        CheckNode(context);
        lock (_gate)
        {
            _lastReport = request;
            foreach ((Func<NodeReport, bool> match, TaskCompletionSource<NodeReport> waiter) in _waiters)
            {
                if (match(request))
                    waiter.TrySetResult(request);
            }
        }

        return Task.FromResult(new ReportReply { NextReportMs = 1_000 });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void CheckNode(ServerCallContext context)
    {
        if (context.GetHttpContext().Connection.ClientCertificate is not { } shown
            || IssuedCertificate.Judge(
                shown, TestAuthority.Issuer.Certificate, IssuedCertificate.ClientPurpose) is not null)
            throw new RpcException(new Status(StatusCode.Unauthenticated, "the certificate was revoked"));
    }

    private (Snapshot? Snapshot, Task Changed) Read()
    {
        lock (_gate)
            return (_snapshot, _changed.Task);
    }
}
