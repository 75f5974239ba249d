using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Files;

/// <summary>How many files this process may have open (getrlimit(2), RLIMIT_NOFILE).</summary>
public static unsafe partial class OpenFiles
{
    private const int Own = 0;
    private const int Number = 7;

    /// <summary>The limit in force and the one that it can be raised to without a right.</summary>
    /// <exception cref="IOException">The kernel does not tell.</exception>
    public static (ulong Soft, ulong Hard) Limits()
    {
        Limit limit;
        // SAFETY: the kernel writes struct rlimit64, two numbers of 8 bytes, to the stack.
        return Exchange(Own, Number, null, &limit) == 0
            ? (limit.Soft, limit.Hard)
            : throw new IOException($"the limit of open files: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Raises the limit in force as far as it goes when it is below what is needed; the limit then.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static ulong Raise(ulong needed)
    {
        (ulong soft, ulong hard) = Limits();
        if (soft >= needed || soft >= hard)
            return soft;
        Set(hard, hard);
        return hard;
    }

    /// <summary>Sets both limits; the second can only be lowered.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void Set(ulong soft, ulong hard)
    {
        var limit = new Limit { Soft = soft, Hard = hard };
        // SAFETY: the kernel reads struct rlimit64 from the stack and writes nothing.
        if (Exchange(Own, Number, &limit, null) != 0)
            throw new IOException($"the limit of open files, {soft}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int Exchange(int process, int resource, Limit* wanted, Limit* before);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
