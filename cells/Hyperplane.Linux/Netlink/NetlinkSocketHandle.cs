using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Netlink;

/// <summary>A netlink socket's descriptor; closed exactly once.</summary>
internal sealed class NetlinkSocketHandle() : SafeHandle(-1, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The descriptor, for calls that hold a reference.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Opens a route socket in the calling thread's network namespace.</summary>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public static NetlinkSocketHandle Open()
    {
        int descriptor = NativeSocket.Socket(NativeSocket.FamilyNetlink, NativeSocket.TypeRawCloseOnExec,
            NativeSocket.ProtocolRoute);
        if (descriptor < 0)
            throw new NetlinkException("netlink socket", Marshal.GetLastPInvokeError());
        var socket = new NetlinkSocketHandle();
        socket.SetHandle(descriptor);
        return socket;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeSocket.Close((int)handle) == 0;
}
