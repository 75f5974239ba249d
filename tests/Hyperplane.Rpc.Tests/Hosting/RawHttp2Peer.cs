using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Rpc.Tests.Hosting;

/// <summary>A server that sends whatever HTTP/2 frames a test wants in answer to each request.</summary>
public sealed class RawHttp2Peer : IAsyncDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte GoAway = 7;
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, int, Task> _answer;
    private readonly Task _serving;

    /// <param name="answer">Gets the connection and the stream's number; throws to close the connection.</param>
    public RawHttp2Peer(Func<NetworkStream, int, Task> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string Address => $"http://{_listener.LocalEndPoint}";

    /// <summary>Writes one frame.</summary>
    public static async Task SendAsync(NetworkStream stream, byte type, byte flags, int streamId, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }

    /// <summary>Header fields, each a literal without indexing (RFC 7541 section 6.2.2).</summary>
    public static byte[] Fields(params (string Name, string Value)[] fields)
    {
        List<byte> block = [];
        foreach ((string name, string value) in fields)
        {
            block.Add(0);
            block.Add((byte)name.Length);
            block.AddRange(Encoding.ASCII.GetBytes(name));
            block.Add((byte)value.Length);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }

        return [.. block];
    }

    public static byte[] Code(int code)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, code);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.ReadExactlyAsync(new byte[24], _stop.Token); // the client's preface
            await SendAsync(stream, Settings, 0, 0, []);
            byte[] head = new byte[9];
            while (true)
            {
                await stream.ReadExactlyAsync(head, _stop.Token);
                int length = BinaryPrimitives.ReadInt32BigEndian(head) >>> 8;
                await stream.ReadExactlyAsync(new byte[length], _stop.Token);
                if (head[3] == Settings && head[4] == 0)
                    await SendAsync(stream, Settings, 1, 0, []);
                if (head[3] == Headers)
                    await _answer(stream, BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The test is over, the client left, or the answer was to close the connection.
        }
    }
}
