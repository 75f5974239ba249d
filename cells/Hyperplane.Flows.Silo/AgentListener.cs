using System.Net.Sockets;
using Hyperplane.Flows.Calls;
using Hyperplane.Flows.Orleans;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Flows.Silo;

/// <summary>Takes the calls of the node's agent, see <see cref="CallFrames"/>: a unix socket of mode 0600.</summary>
/// <remarks>It listens from the silo's start to its end; a socket that an earlier silo left is replaced. A few
/// connections at a time: an agent that begins anew comes before the end of the one before it is seen.</remarks>
internal sealed class AgentListener(SiloConfig config, GrainCalls calls, ILogger<AgentListener> log) : BackgroundService
{
    private const int MostConnections = 4;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SemaphoreSlim _room = new(MostConnections);
    private Socket? _listener;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(config.Socket)!);
        File.Delete(config.Socket);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(config.Socket));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(config.Socket, OwnerOnly); // before anybody can connect
        _listener.Listen(MostConnections);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _listener?.Dispose();
        _room.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _room.WaitAsync(stoppingToken);
            Socket socket = await _listener!.AcceptAsync(stoppingToken);
            _ = ServeAsync(socket, stoppingToken);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        try
        {
            using var connection = new CallServer(socket, config.Cell, calls.CallAsync);
            if (await connection.RunAsync(stopping) is { } defect)
                AgentListenerLog.Refused(log, defect);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The agent is gone, or this silo is about to be.
        }
        finally
        {
            _room.Release();
        }
    }
}
