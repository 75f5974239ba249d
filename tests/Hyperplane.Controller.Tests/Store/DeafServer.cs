using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Controller.Tests.Store;

/// <summary>Plays a database that is down: takes each connection, counts it and ends it.</summary>
internal sealed class DeafServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _loop;
    private int _connections;

    public DeafServer()
    {
        _listener.Start();
        _loop = TakeAsync();
    }

    public int Connections => Volatile.Read(ref _connections);

    public string ConnectionString =>
        $"Host=127.0.0.1;Port={((IPEndPoint)_listener.LocalEndpoint).Port};Username=hp;Password=no;"
        + "SSL Mode=Disable;GSS Encryption Mode=Disable";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await Task.WhenAny(_loop);
        _listener.Dispose();
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync();
            Interlocked.Increment(ref _connections);
        }
    }
}
