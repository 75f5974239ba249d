using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hyperplane.Rpc;

/// <summary>Listeners and limits for gRPC on Kestrel.</summary>
public static class KestrelRpcExtensions
{
    private const int MaxSocketPathBytes = 107;
    private const int StreamWindowBytes = 1024 * 1024;
    private const int ConnectionWindowBytes = 4 * 1024 * 1024;
    private const int StreamsPerConnection = 512;

    /// <summary>Listens with HTTP/2 alone, by prior knowledge; <paramref name="configure"/> may add TLS.</summary>
    /// <remarks>TLS with the slim builder needs <c>builder.WebHost.UseKestrelHttpsConfiguration()</c> first.</remarks>
    public static KestrelServerOptions ListenRpc(
        this KestrelServerOptions kestrel, IPEndPoint endPoint, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(endPoint);
        kestrel.ConfigureRpcLimits().Listen(endPoint, listen => Prepare(listen, configure));
        return kestrel;
    }

    /// <summary>
    /// Listens on a Unix socket. A file that a dead process left is deleted; throws <see cref="IOException"/> when the
    /// path is too long (107 bytes), is no socket, or somebody still answers there.
    /// </summary>
    public static KestrelServerOptions ListenRpcUnixSocket(
        this KestrelServerOptions kestrel, string path, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Encoding.UTF8.GetByteCount(path) > MaxSocketPathBytes)
            throw new IOException($"the socket path {path} is longer than {MaxSocketPathBytes} bytes");
        DeleteStaleSocket(path);
        kestrel.ConfigureRpcLimits().ListenUnixSocket(path, listen => Prepare(listen, configure));
        return kestrel;
    }

    /// <summary>Windows for large messages, and no data rates below which a quiet stream would be ended.</summary>
    public static KestrelServerOptions ConfigureRpcLimits(this KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
        return kestrel;
    }

    private static void Prepare(ListenOptions listen, Action<ListenOptions>? configure)
    {
        listen.Protocols = HttpProtocols.Http2;
        configure?.Invoke(listen);
    }

    private static void DeleteStaleSocket(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return;
        if (file.Length > 0)
            throw new IOException($"{path} exists and is no socket");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            file.Delete();
            return;
        }

        throw new IOException($"another process listens on {path}");
    }
}
