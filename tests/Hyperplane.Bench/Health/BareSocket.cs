using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Hyperplane.Bench.Health;

/// <summary>The calls of a connect, as in socket(2), connect(2) and epoll(7).</summary>
internal static partial class BareSocket
{
    /// <summary>AF_INET.</summary>
    public const ushort Internet = 2;

    /// <summary>Of a sockaddr_in.</summary>
    public const int AddressBytes = 16;

    private const int NonBlockingStream = 1 | 0x800;
    private const int Tcp = 6;
    private const int InProgress = 115;
    private const int Refused = 111;
    private const int LevelIp = 0;
    private const int BindWithoutPort = 24;
    private const int Add = 1;
    private const uint Writable = 4;
    private const int SendSide = 1;

    /// <summary>A socket that does not block, from this address and any port.</summary>
    public static int Open(byte[] source)
    {
        int socket = Checked(CreateSocket(Internet, NonBlockingStream, Tcp));
        Checked(SetOption(socket, LevelIp, BindWithoutPort, 1, sizeof(int)));
        Checked(Bind(socket, source, AddressBytes));
        return socket;
    }

    /// <summary>Begins; a refusal may come at once.</summary>
    public static void Connect(int socket, byte[] target)
    {
        if (ConnectTo(socket, target, AddressBytes) < 0
            && Marshal.GetLastPInvokeError() is var error and not (InProgress or Refused))
            throw new Win32Exception(error);
    }

    /// <summary>Tells of its end, good or bad.</summary>
    public static void Watch(int epoll, int socket) =>
        Checked(Control(epoll, Add, socket, new Event { Events = Writable, Socket = socket }));

    /// <summary>Waits for what happens; gives how many.</summary>
    public static int Wait(int epoll, Event[] events, int timeoutMs) =>
        Checked(EpollWait(epoll, events, events.Length, timeoutMs));

    /// <summary>In good order.</summary>
    public static void Close(int socket)
    {
        // What is not connected has nothing to shut down.
        _ = Shutdown(socket, SendSide);
        Checked(CloseFile(socket));
    }

    private static int Checked(int result) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    /// <summary>struct epoll_event, packed on x86-64.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct Event
    {
        /// <summary>EPOLLOUT and what comes unasked.</summary>
        public uint Events;

        /// <summary>epoll_data.</summary>
        public long Socket;
    }

    /// <summary>epoll_create1(2).</summary>
    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreateEpoll(int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int CreateSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int option, in int value, int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectTo(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int socket, in Event wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, [Out] Event[] events, int count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFile(int file);
}
