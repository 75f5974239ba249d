using System.Globalization;
using System.Runtime.InteropServices;

namespace Hyperplane.Bench.Flows;

/// <summary>CPU time of single threads.</summary>
internal static partial class ThreadTime
{
    /// <summary>The calling thread's id in the kernel.</summary>
    public static int Current() => GetThreadId();

    /// <summary>What a thread of this process used so far; schedstat counts nanoseconds on the CPU.</summary>
    public static TimeSpan Of(int threadId)
    {
        string[] words = File.ReadAllText($"/proc/self/task/{threadId}/schedstat").Split(' ');
        return TimeSpan.FromMicroseconds(long.Parse(words[0], CultureInfo.InvariantCulture) / 1e3);
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
