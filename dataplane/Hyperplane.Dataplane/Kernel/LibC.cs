using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>The system calls the dataplane needs and .NET does not offer (64-bit Linux).</summary>
/// <remarks>A negative answer means failure; the reason is in <see cref="Marshal.GetLastPInvokeError"/>.</remarks>
internal static unsafe partial class LibC
{
    public const int InterruptedError = 4;
    public const int AgainError = 11;
    public const int NoMemoryError = 12;
    public const int BusyError = 16;
    public const int NoBufferSpaceError = 105;

    public const int ProtectionRead = 1;
    public const int ProtectionReadWrite = 3;
    public const int MapShared = 1;
    public const int MapPrivateAnonymous = 0x22;
    public const int MapPopulate = 0x8000;
    public const int MessageDontWait = 0x40;
    public const int MessageTruncated = 0x20;
    public const int SocketRaw = 3;
    public const int SocketCloseOnExec = 0x80000;
    public const short PollIn = 1;
    public const int ScheduleFifo = 1;

    private const string Library = "libc";

    /// <summary>What <c>mmap</c> answers on failure.</summary>
    public static readonly nint MapFailed = -1;

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, void* address, uint addressBytes);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int descriptor, int level, int name, void* value, uint valueBytes);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(int descriptor, int level, int name, void* value, uint* valueBytes);

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint bytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint bytes);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(
        int descriptor, void* data, nuint bytes, int flags, void* address, uint addressBytes);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, void* data, nuint bytes, int flags);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* data, nuint bytes);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* data, nuint bytes);

    /// <param name="thread">0 for the calling thread.</param>
    /// <param name="policy">1 is SCHED_FIFO.</param>
    /// <param name="priority"><c>struct sched_param</c>, one int.</param>
    [LibraryImport(Library, EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int thread, int policy, int* priority);

    [LibraryImport(Library, EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nuint maskBytes, byte* mask);

    [LibraryImport(Library, EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int thread, nuint maskBytes, byte* mask);

    [LibraryImport(
        Library, EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndex(string name);

    /// <summary>The reason of the last failure, as an exception.</summary>
    public static KernelException Failure(string what, string advice = "") =>
        new(what, Marshal.GetLastPInvokeError(), advice);
}
