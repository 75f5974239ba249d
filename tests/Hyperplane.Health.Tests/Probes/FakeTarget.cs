using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Health.Tests.Probes;

/// <summary>A listener on loopback that treats each connection as the test says.</summary>
public sealed class FakeTarget : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Func<Socket, CancellationToken, Task> _serve;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly List<Task> _served = [];

    public FakeTarget(Func<Socket, CancellationToken, Task> serve, IPAddress? address = null, int port = 0)
    {
        _serve = serve;
        address ??= IPAddress.Loopback;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Reads a request and answers with fixed bytes.</summary>
    public static FakeTarget Answering(string answer) => new(async (socket, ct) =>
    {
        await ReadRequestAsync(socket, ct);
        await socket.SendAsync(Encoding.Latin1.GetBytes(answer), ct);
    });

    /// <summary>All bytes up to the empty line.</summary>
    public static async Task<string> ReadRequestAsync(Socket socket, CancellationToken ct)
    {
        string request = "";
        byte[] buffer = new byte[4096];
        while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int received = await socket.ReceiveAsync(buffer, ct);
            if (received == 0)
                break;
            request += Encoding.ASCII.GetString(buffer, 0, received);
        }

        return request;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_served);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _served.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await _serve(socket, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The probe went away, or the test is over.
            }
        }
    }
}
