using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bgp;

/// <summary>
/// The TCP connection of one attempt; at most one connect, one receive and one send are under way at a time.
/// </summary>
internal sealed class PeerConnection : IDisposable
{
    private const int ReceiveBytes = 16 * 1024;
    private const int SendBytes = 16 * 1024;
    private const int LevelIp = 0;
    private const int LevelTcp = 6;
    private const int LevelIpv6 = 41;
    private const int IpTos = 1;
    private const int IpMinTtl = 21;
    private const int Ipv6TrafficClass = 67;
    private const int Ipv6MinHopCount = 73;
    private const int InternetworkControl = 0xC0; // DSCP CS6, as routing protocols are marked

    private readonly Socket _socket;
    private readonly byte[] _received = new byte[ReceiveBytes];
    private readonly byte[] _toSend = new byte[SendBytes];

    private PeerConnection(Socket socket) => _socket = socket;

    /// <summary>A socket for the peer, not connected. Errors: <see cref="SocketException"/>.</summary>
    public static PeerConnection Create(BgpPeerOptions peer, bool isInternal)
    {
        var socket = new Socket(peer.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Prepare(socket, peer, isInternal);
            return new PeerConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Our end, once connected.</summary>
    public IPAddress LocalAddress => ((IPEndPoint)_socket.LocalEndPoint!).Address;

    /// <summary>Ends with <see cref="SocketException"/> if the peer cannot be reached.</summary>
    public Task ConnectAsync(IPEndPoint peer) => _socket.ConnectAsync(peer);

    /// <summary>Bytes received; 0 when the peer has closed.</summary>
    public Task<int> ReceiveAsync() => _socket.ReceiveAsync(_received, SocketFlags.None);

    /// <summary>What the last receive brought.</summary>
    public ReadOnlySpan<byte> Received(int count) => _received.AsSpan(0, count);

    /// <summary>Sends the first bytes, copied: the session may move its own. Gives back how many were taken.</summary>
    public Task<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        int count = Math.Min(bytes.Length, SendBytes);
        bytes[..count].CopyTo(_toSend);
        return _socket.SendAsync(_toSend.AsMemory(0, count), SocketFlags.None).AsTask();
    }

    /// <summary>
    /// Sends the rest, then waits for the peer to close: a socket closed with unread bytes resets the connection, and a
    /// reset can overtake a NOTIFICATION that the peer has not read yet.
    /// </summary>
    /// <param name="rest">Bytes not yet known to be sent, those of <paramref name="sending"/> first.</param>
    /// <param name="sending">The send under way, if any.</param>
    /// <param name="receiving">The receive under way.</param>
    /// <param name="limit">Ends the waiting.</param>
    public async Task FinishAsync(
        ReadOnlyMemory<byte> rest, Task<int>? sending, Task<int> receiving, CancellationToken limit)
    {
        try
        {
            if (sending is not null)
                rest = rest[await sending.WaitAsync(limit)..];
            while (!rest.IsEmpty)
                rest = rest[await _socket.SendAsync(rest, SocketFlags.None, limit)..];
            _socket.Shutdown(SocketShutdown.Send);
            while (await receiving.WaitAsync(limit) > 0)
                receiving = ReceiveAsync();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The peer has gone or does not answer: nothing more can be said to it.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static void Prepare(Socket socket, BgpPeerOptions peer, bool isInternal)
    {
        bool ipv4 = peer.Address.AddressFamily == AddressFamily.InterNetwork;
        socket.NoDelay = true;
        socket.Ttl = (short)(peer.Gtsm ? 255 : peer.Ttl ?? (isInternal ? 64 : 1));
        SetNumber(socket, ipv4 ? LevelIp : LevelIpv6, ipv4 ? IpTos : Ipv6TrafficClass, InternetworkControl);
        if (peer.Gtsm)
            SetNumber(socket, ipv4 ? LevelIp : LevelIpv6, ipv4 ? IpMinTtl : Ipv6MinHopCount, 255);
        if (peer.Md5Password is { } password)
            socket.SetRawSocketOption(LevelTcp, TcpMd5.OptionName, TcpMd5.Option(peer.Address, password));
        if (peer.LocalAddress is { } local)
            socket.Bind(new IPEndPoint(local, 0));
    }

    private static void SetNumber(Socket socket, int level, int name, int value) =>
        socket.SetRawSocketOption(level, name, BitConverter.GetBytes(value));
}
