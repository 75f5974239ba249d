using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bgp.Tests.Speakers;

/// <summary>A router on the loopback that says what a test tells it to say.</summary>
internal sealed class StubRouter : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _deadline = new(Deadline);
    private NetworkStream? _stream;

    public StubRouter() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Waits for the next connection and reads the OPEN on it.</summary>
    public async Task<byte[]> AcceptOpen()
    {
        Socket socket = await _listener.AcceptSocketAsync(_deadline.Token);
        _stream = new NetworkStream(socket, ownsSocket: true);
        return (await Read())!;
    }

    /// <summary>Brings a session up as far as the router can.</summary>
    public async Task Establish()
    {
        await AcceptOpen();
        await Say(Wire.Open(), Wire.Keepalive);
        Assert.Equal(4, (await Read())![18]);
    }

    public async Task Say(params byte[][] messages)
    {
        foreach (byte[] message in messages)
            await _stream!.WriteAsync(message, _deadline.Token);
    }

    /// <summary>The next message; null at the end of the stream.</summary>
    public async Task<byte[]?> Read()
    {
        byte[] header = new byte[19];
        int count = await _stream!.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, _deadline.Token);
        if (count == 0)
            return null;
        byte[] body = new byte[((header[16] << 8) | header[17]) - header.Length];
        await _stream.ReadExactlyAsync(body, _deadline.Token);
        return [.. header, .. body];
    }

    /// <summary>The next message that is not a KEEPALIVE.</summary>
    public async Task<byte[]?> ReadOther()
    {
        byte[]? message;
        do
            message = await Read();
        while (message is not null && message[18] == 4);
        return message;
    }

    /// <summary>Ends the connection, not the listening.</summary>
    public void HangUp() => _stream!.Dispose();

    public void Dispose()
    {
        _stream?.Dispose();
        _listener.Dispose();
        _deadline.Dispose();
    }
}
