using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Threads;

/// <summary>Puts the calling thread before all ordinary ones (sched(7), SCHED_FIFO).</summary>
public static unsafe partial class RealTime
{
    private const int FifoResetOnFork = 1 | 0x4000_0000;
    private const int CallingThread = 0;

    /// <summary>Asks for a real-time priority; threads and processes made by this one do not inherit it.</summary>
    /// <param name="priority">1 (lowest) to 99.</param>
    /// <returns>0 when it was given, otherwise errno: EPERM without CAP_SYS_NICE or a limit that allows it.</returns>
    public static int TryEnter(int priority)
    {
        // SAFETY: struct sched_param is one int, on the stack.
        return SetScheduler(CallingThread, FifoResetOnFork, &priority) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, int* priority);
}
