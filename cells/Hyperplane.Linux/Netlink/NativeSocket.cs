using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Netlink;

/// <summary>The four system calls of a netlink conversation; .NET's Socket does not know this address family.</summary>
internal static unsafe partial class NativeSocket
{
    /// <summary>AF_NETLINK.</summary>
    public const int FamilyNetlink = 16;

    /// <summary>SOCK_RAW | SOCK_CLOEXEC.</summary>
    public const int TypeRawCloseOnExec = 3 | 0x80000;

    /// <summary>NETLINK_ROUTE.</summary>
    public const int ProtocolRoute = 0;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* bytes, nint length, int flags);
}
