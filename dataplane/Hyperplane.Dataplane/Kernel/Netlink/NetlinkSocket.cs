using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>A route netlink socket of the namespace of the thread that makes it.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    /// <summary>Room for any datagram the kernel sends here.</summary>
    public const int BufferBytes = 32_768;

    private const int Family = 16;
    private const int SocketLevel = 1;
    private const int ReceiveBufferOption = 8;
    private const int ReceiveBufferBytes = 1 << 20;
    private int _descriptor;

    /// <summary>Opens it, as a member of multicast groups.</summary>
    public NetlinkSocket(uint groups)
    {
        _descriptor = LibC.Socket(Family, LibC.SocketRaw | LibC.SocketCloseOnExec, 0);
        if (_descriptor < 0)
            throw LibC.Failure("opening a netlink socket");
        // SAFETY: struct sockaddr_nl (family, padding, port, groups) and an int on the stack.
        uint* address = stackalloc uint[3] { Family, 0, groups };
        int bytes = ReceiveBufferBytes;
        _ = LibC.SetSocketOption(_descriptor, SocketLevel, ReceiveBufferOption, &bytes, sizeof(int));
        if (LibC.Bind(_descriptor, address, 12) == 0)
            return;
        KernelException failure = LibC.Failure("binding a netlink socket");
        Dispose();
        throw failure;
    }

    /// <summary>For polling.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Sends a request; false when the kernel has no room for it now.</summary>
    public bool TrySend(ReadOnlySpan<byte> request)
    {
        // SAFETY: pinned for the call.
        fixed (byte* data = request)
        {
            nint sent = LibC.SendTo(_descriptor, data, (nuint)request.Length, LibC.MessageDontWait, null, 0);
            return sent == request.Length;
        }
    }

    /// <summary>Takes a datagram; 0 when none waits, −errno otherwise (−ENOBUFS: notifications were lost).</summary>
    public int Receive(Span<byte> buffer, bool wait = false)
    {
        nint bytes;
        // SAFETY: pinned for the call; the kernel writes at most the buffer's length.
        fixed (byte* data = buffer)
            bytes = LibC.Receive(_descriptor, data, (nuint)buffer.Length, wait ? 0 : LibC.MessageDontWait);
        if (bytes >= 0)
            return (int)bytes;
        int error = Marshal.GetLastPInvokeError();
        return error == LibC.AgainError ? 0 : -error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0)
            return;
        _ = LibC.Close(_descriptor);
        _descriptor = -1;
    }
}
