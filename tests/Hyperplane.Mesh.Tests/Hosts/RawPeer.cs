using System.Net;
using System.Net.Sockets;
using Hyperplane.Mesh.Handshakes;

namespace Hyperplane.Mesh.Tests.Hosts;

/// <summary>A socket that says to a host what a test wants.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly byte[] Nonce = new byte[MeshHello.NonceBytes];
    private readonly Socket _socket;

    public RawPeer(TestNode host, int from)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = 20_000,
            SendTimeout = 20_000,
        };
        _socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.0.{from}"), 0));
        _socket.Connect(host.Host.ListenEndPoint);
    }

    /// <summary>The first words of a node.</summary>
    public static byte[] Hello(ushort node, ushort to, ulong start = 1, string cell = "test")
    {
        byte[] hello = new byte[MeshHello.Bytes];
        new MeshHello(node, to, start).Write(hello, cell, Nonce);
        return hello;
    }

    public void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    /// <summary>As many bytes as asked for, or those before the end.</summary>
    public byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        int got = 0;
        while (got < count)
        {
            int n = _socket.Receive(bytes.AsSpan(got));
            if (n == 0)
                break;
            got += n;
        }

        return bytes[..got];
    }

    /// <summary>Waits for the host to end the connection.</summary>
    public void AwaitEnd()
    {
        try
        {
            byte[] rest = new byte[4_096];
            while (_socket.Receive(rest) > 0)
                continue;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It ended before it had read everything.
        }
    }

    public void Dispose() => _socket.Dispose();
}
