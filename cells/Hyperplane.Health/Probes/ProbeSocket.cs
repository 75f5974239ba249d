using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Health;

/// <summary>The connection of one probe.</summary>
internal static class ProbeSocket
{
    /// <summary>Connects from the source address; throws <see cref="SocketException"/>.</summary>
    public static async Task<Socket> ConnectAsync(IPEndPoint endPoint, IPAddress? source, CancellationToken ct)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            if (source is not null)
                socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(endPoint, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends all of it; throws <see cref="SocketException"/>.</summary>
    public static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> octets, CancellationToken ct)
    {
        while (!octets.IsEmpty)
            octets = octets[await socket.SendAsync(octets, SocketFlags.None, ct)..];
    }

    /// <summary>Says goodbye with a FIN; unread bytes would make it a reset, so what has come is read.</summary>
    public static void Close(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            Span<byte> unread = stackalloc byte[1024];
            for (int reads = 0; reads < 64 && socket.Available > 0; reads++)
                socket.Receive(unread);
        }
        catch (SocketException)
        {
            // The target was faster; the probe has its result.
        }

        socket.Dispose();
    }

    /// <summary>Errors that say something about this node, not about the target.</summary>
    public static bool IsLocal(SocketError error) => error is SocketError.AddressNotAvailable
        or SocketError.AddressAlreadyInUse
        or SocketError.TooManyOpenSockets
        or SocketError.NoBufferSpaceAvailable
        or SocketError.AccessDenied
        or SocketError.AddressFamilyNotSupported
        or SocketError.InvalidArgument;
}
