using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hyperplane.Traffic;

/// <summary>Tells one thread which of thousands of sockets are ready: epoll(7), level-triggered.</summary>
/// <remarks>One thread, so that a time stamp is taken when the kernel says so and not when a pool thread is free.
/// The event's layout is that of x86-64, where the kernel packs it.</remarks>
internal sealed partial class Poller : IDisposable
{
    public const uint In = 0x001;
    public const uint Out = 0x004;

    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;
    private const int Interrupted = 4;
    private readonly int _epoll = Checked(EpollCreate(0), "epoll_create1");
    private readonly List<IPollable?> _byDescriptor = [];
    private readonly Event[] _events = new Event[512];

    /// <summary>Begins to watch a socket.</summary>
    public void Watch(Socket socket, uint interest, IPollable owner) => Watch((int)socket.Handle, interest, owner);

    /// <summary>Begins to watch a file descriptor.</summary>
    public void Watch(int descriptor, uint interest, IPollable owner)
    {
        while (_byDescriptor.Count <= descriptor)
            _byDescriptor.Add(null);
        _byDescriptor[descriptor] = owner;
        Control(Add, descriptor, interest);
    }

    /// <summary>Changes what a watched socket is watched for.</summary>
    public void Change(Socket socket, uint interest) => Control(Modify, (int)socket.Handle, interest);

    /// <summary>Ends the watch; call it before the socket is closed.</summary>
    public void Forget(Socket socket)
    {
        Control(Delete, (int)socket.Handle, 0);
        _byDescriptor[(int)socket.Handle] = null;
    }

    /// <summary>Waits at most <paramref name="timeoutMs"/> and hands each ready socket to its owner.</summary>
    public void Turn(int timeoutMs)
    {
        int count = EpollWait(_epoll, _events, _events.Length, timeoutMs);
        if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_wait");
        for (int i = 0; i < count; i++)
            _byDescriptor[(int)_events[i].Data]?.OnReady(_events[i].Events);
    }

    public void Dispose() => _ = Close(_epoll);

    private void Control(int operation, int descriptor, uint interest)
    {
        var change = new Event { Events = interest, Data = (ulong)descriptor };
        Checked(EpollControl(_epoll, operation, descriptor, ref change), "epoll_ctl");
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), call);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, ref Event change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, [Out] Event[] events, int count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    /// <summary>struct epoll_event, 12 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Event
    {
        public uint Events;
        public ulong Data;
    }
}
