using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Traffic.Server;

/// <summary>Sends each datagram back as it came; its sender checks it.</summary>
internal sealed class DatagramEcho : IPollable, IDisposable
{
    private readonly byte[] _buffer = new byte[2048];
    private readonly SocketAddress _sender = new(AddressFamily.InterNetwork);
    private readonly int _atOnce;

    /// <param name="port">Where to listen.</param>
    /// <param name="atOnce">Datagrams taken before others have their turn.</param>
    public DatagramEcho(int port, int atOnce)
    {
        _atOnce = atOnce;
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            Blocking = false,
            ReceiveBufferSize = 1 << 20,
        };
        Socket.Bind(new IPEndPoint(IPAddress.Any, port));
    }

    public Socket Socket { get; }

    public void OnReady(uint events)
    {
        try
        {
            for (int count = 0; count < _atOnce && (count == 0 || Socket.Available > 0); count++)
            {
                int read = Socket.ReceiveFrom(_buffer, SocketFlags.None, _sender);
                Socket.SendTo(_buffer.AsSpan(0, read), SocketFlags.None, _sender);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode
            is SocketError.WouldBlock or SocketError.HostUnreachable or SocketError.NetworkUnreachable
            or SocketError.ConnectionRefused or SocketError.NoBufferSpaceAvailable)
        {
            // As lost on the way as a datagram can be; its sender sees the gap.
        }
    }

    public void Dispose() => Socket.Dispose();
}
