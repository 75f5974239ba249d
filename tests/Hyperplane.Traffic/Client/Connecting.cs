using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Traffic.Client;

/// <summary>Opens TCP connections without waiting for them.</summary>
internal static class Connecting
{
    /// <summary>Sends the SYN; the socket is writable once it is answered, or refused.</summary>
    public static Socket Begin(IPEndPoint vip)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            Blocking = false,
            NoDelay = true,
        };
        try
        {
            socket.Connect(vip);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The usual case: the answer is on its way.
        }

        return socket;
    }

    /// <summary>How a connect that is over went.</summary>
    public static SocketError Result(Socket socket)
    {
        int errno = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        return errno == 0 ? SocketError.Success : (SocketError)errno;
    }
}
