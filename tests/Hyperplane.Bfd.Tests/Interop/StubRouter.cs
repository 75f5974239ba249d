using System.Net;
using System.Net.Sockets;
using Hyperplane.Lab;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>A neighbour whose every packet is the test's, with any TTL.</summary>
internal sealed class StubRouter : IDisposable
{
    private readonly Socket _listener;
    private readonly Socket _sender;
    private readonly byte[] _buffer = new byte[1_500];

    public StubRouter(NetworkNamespace space) =>
        (_listener, _sender) = NamespaceThread.Run(space, static () => (Open(UdpWire.Port), Open(0)));

    public IPEndPoint Node { get; } = new(IPAddress.Parse("10.99.0.11"), UdpWire.Port);

    /// <summary>The next packet, and the port it came from.</summary>
    public async Task<(BfdPacket Packet, IPEndPoint From)> Receive()
    {
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        SocketReceiveFromResult result = await _listener.ReceiveFromAsync(
            _buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
        Assert.Equal(BfdVerdict.Accepted, BfdPacket.TryRead(
            _buffer.AsSpan(0, result.ReceivedBytes), out BfdPacket packet));
        return (packet, (IPEndPoint)result.RemoteEndPoint);
    }

    public void Send(BfdPacket packet, short ttl = 255)
    {
        byte[] bytes = new byte[BfdPacket.SizeBytes];
        packet.Write(bytes);
        Send(bytes, ttl);
    }

    public void Send(byte[] bytes, short ttl = 255)
    {
        _sender.Ttl = ttl;
        _sender.SendTo(bytes, Node);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _sender.Dispose();
    }

    private static Socket Open(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }
}
