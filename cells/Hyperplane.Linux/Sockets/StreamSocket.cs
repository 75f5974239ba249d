using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Sockets;

/// <summary>A non-blocking TCP or unix stream socket for one thread: bytes or minus errno come back, never an
/// exception.</summary>
/// <remarks>Calls allocate nothing, except those that make a socket. Whoever waits uses <see cref="Descriptor"/> with
/// <see cref="Polling.PollSet"/>. Sources: tcp(7), unix(7), socket(7).</remarks>
public sealed class StreamSocket : SafeHandle
{
    private const int FamilyUnix = 1;
    private const int FamilyInterNetwork = 2;
    private const int FamilyInterNetworkV6 = 10;
    private const int LevelSocket = 1;
    private const int LevelIp = 0;
    private const int LevelTcp = 6;
    private const int SocketReuseAddress = 2;
    private const int SocketError = 4;
    private const int SocketKeepAlive = 9;
    private const int IpBindAddressNoPort = 24;
    private const int TcpNoDelay = 1;
    private const int TcpKeepIdle = 4;
    private const int TcpKeepInterval = 5;
    private const int TcpUserTimeout = 18;
    private const int ShutdownWrite = 1;

    private StreamSocket(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The file descriptor, to poll; -1 after the end.</summary>
    public int Descriptor => IsClosed ? -1 : (int)handle;

    /// <summary>A listening socket.</summary>
    /// <exception cref="IOException">The kernel refused it, for example because the port is in use.</exception>
    public static StreamSocket Listen(IPEndPoint local, int backlog)
    {
        ArgumentNullException.ThrowIfNull(local);
        StreamSocket? socket = TryOpen(local.AddressFamily);
        if (socket is not null && socket.SetOption(LevelSocket, SocketReuseAddress, 1) == 0 && socket.Bind(local) == 0
            && NativeStream.Listen(socket.Descriptor, backlog) == 0)
            return socket;
        int errno = Marshal.GetLastPInvokeError();
        socket?.Dispose();
        throw new IOException($"listen on {local}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }

    /// <summary>Begins a connection from an address to an end point.</summary>
    /// <returns>0 (connected), minus EINPROGRESS, or minus the reason why not; <paramref name="socket"/> is null
    /// then.</returns>
    public static int Connect(IPAddress local, IPEndPoint remote, out StreamSocket? socket)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(remote);
        socket = TryOpen(remote.AddressFamily);
        if (socket is null)
            return -Marshal.GetLastPInvokeError();
        if (local.AddressFamily == AddressFamily.InterNetwork)
            socket.SetOption(LevelIp, IpBindAddressNoPort, 1);
        int errno = socket.Bind(new IPEndPoint(local, 0)) == 0
            ? socket.Connect(remote)
            : Marshal.GetLastPInvokeError();
        return Connected(errno, ref socket);
    }

    /// <summary>Connects to a unix socket, which succeeds or fails at once.</summary>
    /// <returns>0, or minus the reason why not: ENOENT or ECONNREFUSED when nobody listens, EAGAIN when too many wait;
    /// <paramref name="socket"/> is null then.</returns>
    public static int Connect(UnixDomainSocketEndPoint remote, out StreamSocket? socket)
    {
        ArgumentNullException.ThrowIfNull(remote);
        socket = TryOpen(AddressFamily.Unix);
        return socket is null
            ? -Marshal.GetLastPInvokeError()
            : Connected(socket.Connect(remote), ref socket);
    }

    /// <summary>Where a listening socket listens, with the port that the kernel chose.</summary>
    public unsafe IPEndPoint LocalEndPoint(AddressFamily family)
    {
        var address = new SocketAddress(family);
        int length = address.Size;
        // SAFETY: the buffer is pinned for the call and its own size is passed.
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (NativeStream.LocalName(Descriptor, bytes, &length) != 0)
                throw new IOException($"getsockname: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        return (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(address);
    }

    /// <summary>Takes a connection that waits.</summary>
    /// <returns>0 and the socket with its source, or minus errno: EAGAIN when none waits.</returns>
    public unsafe int Accept(AddressFamily family, out StreamSocket? socket, out IPEndPoint? from)
    {
        var address = new SocketAddress(family);
        int length = address.Size;
        int descriptor;
        // SAFETY: the buffer is pinned for the call and its own size is passed.
        fixed (byte* bytes = address.Buffer.Span)
        {
            descriptor = NativeStream.Accept(
                Descriptor, bytes, &length, NativeStream.NonBlocking | NativeStream.CloseOnExec);
        }

        socket = descriptor < 0 ? null : new StreamSocket(descriptor);
        from = descriptor < 0 ? null : (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(address);
        return descriptor < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Small messages leave at once; a peer that acknowledges nothing for this long ends the
    /// connection.</summary>
    public void Prepare(int userTimeoutMs)
    {
        int seconds = Math.Max(1, userTimeoutMs / 2_000);
        SetOption(LevelTcp, TcpNoDelay, 1);
        SetOption(LevelTcp, TcpUserTimeout, userTimeoutMs);
        SetOption(LevelSocket, SocketKeepAlive, 1);
        SetOption(LevelTcp, TcpKeepIdle, seconds);
        SetOption(LevelTcp, TcpKeepInterval, seconds);
    }

    /// <summary>The pending error (SO_ERROR), 0 when there is none; reading it clears it.</summary>
    public unsafe int TakeError()
    {
        int value = 0;
        int length = sizeof(int);
        // SAFETY: both pointers are to locals of the stated size.
        return NativeStream.GetOption(Descriptor, LevelSocket, SocketError, &value, &length) == 0
            ? value
            : Marshal.GetLastPInvokeError();
    }

    /// <summary>Bytes taken by the kernel, or minus errno.</summary>
    public unsafe int Send(ReadOnlySpan<byte> data)
    {
        nint sent;
        // SAFETY: the span is pinned for the call and its own length is passed.
        fixed (byte* bytes = data)
            sent = NativeStream.Send(Descriptor, bytes, data.Length, NativeStream.NoSignal);
        return sent < 0 ? -Marshal.GetLastPInvokeError() : (int)sent;
    }

    /// <summary>Bytes received, 0 at the end of the stream, or minus errno.</summary>
    public unsafe int Receive(Span<byte> space)
    {
        nint received;
        // SAFETY: the span is pinned for the call and its own length is passed.
        fixed (byte* bytes = space)
            received = NativeStream.Receive(Descriptor, bytes, space.Length, 0);
        return received < 0 ? -Marshal.GetLastPInvokeError() : (int)received;
    }

    /// <summary>Tells the peer that no byte follows those sent.</summary>
    public void ShutdownSend() => _ = NativeStream.Shutdown(Descriptor, ShutdownWrite);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeStream.Close((int)handle) == 0;

    private static StreamSocket? TryOpen(AddressFamily family)
    {
        int number = family switch
        {
            AddressFamily.Unix => FamilyUnix,
            AddressFamily.InterNetworkV6 => FamilyInterNetworkV6,
            _ => FamilyInterNetwork,
        };
        int descriptor = NativeStream.Socket(number, NativeStream.TypeStream, 0);
        return descriptor < 0 ? null : new StreamSocket(descriptor);
    }

    private static int Connected(int errno, ref StreamSocket? socket)
    {
        if (errno is not (0 or SocketErrno.InProgress))
        {
            socket?.Dispose();
            socket = null;
        }
        return -errno;
    }

    private unsafe int Bind(IPEndPoint local)
    {
        SocketAddress address = local.Serialize();
        // SAFETY: the address is pinned for the call and its own size is passed.
        fixed (byte* bytes = address.Buffer.Span)
            return NativeStream.Bind(Descriptor, bytes, address.Size);
    }

    private unsafe int Connect(EndPoint remote)
    {
        SocketAddress address = remote.Serialize();
        // SAFETY: the address is pinned for the call and its own size is passed.
        fixed (byte* bytes = address.Buffer.Span)
        {
            return NativeStream.Connect(Descriptor, bytes, address.Size) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    // SAFETY: the pointer is to a parameter of the stated size.
    private unsafe int SetOption(int level, int name, int value) =>
        NativeStream.SetOption(Descriptor, level, name, &value, sizeof(int));
}
