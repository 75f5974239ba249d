using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Mesh.Tests.Hosts;

/// <summary>Stands between node 1 and node 2: records, changes and cuts into pieces what passes.</summary>
/// <remarks>Its connections to node 2 come from node 1's address.</remarks>
internal sealed class Proxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TestNode _target;
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;
    private readonly Lock _gate = new();

    public Proxy(TestNode target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.3"), 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>How node 1 knows node 2.</summary>
    public MeshPeer AsPeer => new(_target.Id, (IPEndPoint)_listener.LocalEndPoint!);

    /// <summary>What node 1 has sent over its last connection.</summary>
    public MemoryStream Recorded { get; } = new();

    /// <summary>Changes bytes of node 1 before they go on: the bytes and their place in the connection.</summary>
    public Action<Memory<byte>, long>? Change { get; set; }

    /// <summary>Gives the size of the next piece; null: as it comes.</summary>
    public Func<int>? Piece { get; set; }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
            _sockets.ForEach(static socket => socket.Dispose());
        _accepting.GetAwaiter().GetResult();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = Keep(await _listener.AcceptAsync());
                Socket server = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                await server.ConnectAsync(_target.Host.ListenEndPoint);
                lock (Recorded)
                    Recorded.SetLength(0);
                _ = PumpAsync(client, server, Recorded, Change);
                _ = PumpAsync(server, client, null, null);
            }
        }
        catch (SocketException)
        {
            // The test is over, or node 2 is.
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private Socket Keep(Socket socket)
    {
        lock (_gate)
            _sockets.Add(socket);
        socket.NoDelay = true;
        return socket;
    }

    private async Task PumpAsync(Socket from, Socket to, MemoryStream? record, Action<Memory<byte>, long>? change)
    {
        try
        {
            byte[] buffer = new byte[65_536];
            long passed = 0;
            while (true)
            {
                int count = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, Piece?.Invoke()
                    ?? buffer.Length)));
                if (count == 0)
                    break;
                change?.Invoke(buffer.AsMemory(0, count), passed);
                if (record is not null)
                {
                    lock (record)
                        record.Write(buffer, 0, count);
                }

                passed += count;
                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
