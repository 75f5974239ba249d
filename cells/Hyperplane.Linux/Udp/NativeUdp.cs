using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary>The system calls of a UDP socket that sees the TTL of what it receives (64-bit Linux).</summary>
/// <remarks>A negative answer means failure; the reason is in <see cref="Marshal.GetLastPInvokeError"/>.</remarks>
internal static unsafe partial class NativeUdp
{
    public const int FamilyInternet = 2;
    public const int TypeDatagramNonBlockingCloseOnExec = 2 | 0x800 | 0x80000;
    public const int LevelSocket = 1;
    public const int OptionReceiveBuffer = 8;
    public const int LevelIp = 0;
    public const int OptionTypeOfService = 1;
    public const int OptionTtl = 2;
    public const int OptionReceiveTtl = 12;
    public const int AgainError = 11;
    public const int AddressInUseError = 98;
    public const int EventNonBlockingCloseOnExec = 0x800 | 0x80000;
    public const short PollIn = 1;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, SocketAddress4* address, uint addressBytes);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int name, int* value, uint valueBytes);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(
        int descriptor, byte* bytes, nuint length, int flags, SocketAddress4* address, uint addressBytes);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, long* secondsAndNs, void* signalMask);
}
