using System.Collections.Concurrent;
using System.Net;
using Hyperplane.Flows.Remote;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Hosting;

namespace Hyperplane.Flows.Orleans;

/// <summary>A node's way to the replicas of its cell's Orleans cluster: the transport for their addresses.</summary>
/// <remarks>
/// It connects in the background, again and again: a node needs no silo to start. Answers come on any thread, wait in a
/// queue (one a replica at most) and ring <paramref name="wake"/>, which returns at once.</remarks>
/// <param name="options">Which cluster.</param>
/// <param name="links">Who this node is, and how long it waits.</param>
/// <param name="loggers">Where Orleans logs.</param>
/// <param name="time">The clock.</param>
/// <param name="wake">Makes the directory's thread call <see cref="Turn"/>.</param>
public sealed class OrleansEngine(
    FlowClusterOptions options, ReplicaLinksOptions links, ILoggerFactory loggers, TimeProvider time, Action wake)
    : IReplicaEngine
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(500);

    private readonly ILogger _log = loggers.CreateLogger<OrleansEngine>();
    private readonly CancellationTokenSource _stopping = new();
    private ReplicaLinks? _links;
    private GrainCaller? _caller;
    private FlowDirectory? _directory;
    private Task _connecting = Task.CompletedTask;
    private volatile IHost? _connected;

    /// <summary>Whether the cluster was reached since the start.</summary>
    public bool IsConnected => _connected is not null;

    /// <inheritdoc/>
    public int Reachable => _links?.Reachable ?? 0;

    /// <inheritdoc/>
    public long Failures => _links?.Failures ?? 0;

    /// <inheritdoc/>
    public void Start(FlowDirectory directory)
    {
        _directory = directory;
        _connecting = ConnectAsync();
    }

    /// <inheritdoc/>
    public bool TrySend(ushort node, ReadOnlySpan<byte> batch) => _links?.TrySend(node, batch) ?? false;

    /// <inheritdoc/>
    public int QueuedBytes(ushort node) => _links?.QueuedBytes(node) ?? 0;

    /// <inheritdoc/>
    public void LosePlace(IPAddress place) => _links?.LosePlace(FlowReplicaGrain.PlaceOf(place));

    /// <inheritdoc/>
    public long Turn(long nowNs)
    {
        if (_links is null && !TryOpen())
            return long.MaxValue;
        _caller!.Deliver(_links!);
        return _links!.Turn(nowNs);
    }

    /// <summary>Leaves the cluster's replicas as they are, and ends the client.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _connecting;
        if (_connected is { } host)
        {
            try
            {
                await host.StopAsync();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // It ends in any case.
            }
            host.Dispose();
        }
        _stopping.Dispose();
    }

    private bool TryOpen()
    {
        if (_connected is not { } host)
            return false;
        _caller = new GrainCaller(host.Services.GetRequiredService<IGrainFactory>(), wake);
        _links = new ReplicaLinks(links, _caller);
        _links.Open(_directory!);
        return true;
    }

    private async Task ConnectAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            IHost host = Build();
            try
            {
                await host.StartAsync(_stopping.Token);
                _connected = host;
                OrleansLog.Connected(_log);
                wake();
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // No silo yet, or no database: whatever it is, it is tried again.
                host.Dispose();
                if (!_stopping.IsCancellationRequested)
                    OrleansLog.NotConnected(_log, e.GetBaseException().Message);
            }
            await Task.Delay(Reconnect, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IHost Build()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(loggers);
        // Signals are the process's: this client ends when it is told to.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.UseOrleansClient(client => client.UseFlowCluster(options));
        return builder.Build();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
