using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Polling;

/// <summary>The system calls of waiting; a negative answer means failure.</summary>
internal static unsafe partial class NativePoll
{
    /// <summary>EFD_CLOEXEC | EFD_NONBLOCK.</summary>
    public const int EventFlags = 0x80000 | 0x800;

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* data, nuint bytes);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* data, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
