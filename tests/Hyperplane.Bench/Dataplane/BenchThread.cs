using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Dataplane;

/// <summary>A thread of its own, in a namespace and on a CPU.</summary>
internal static partial class BenchThread
{
    private const int CloneNewNet = 0x4000_0000;
    private const int CloseOnExec = 0x80000;

    /// <summary>Runs to the end; <paramref name="cpu"/> −1 means any.</summary>
    public static T Run<T>(NetworkNamespace space, int cpu, Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(space);
                Pin(cpu);
                result = work();
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>Keeps the calling thread on a CPU.</summary>
    public static unsafe void Pin(int cpu)
    {
        const int MaskBytes = 128;
        if (cpu < 0)
            return;
        // SAFETY: a mask of 1,024 CPUs on the stack.
        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        mask[cpu / 8] = (byte)(1 << (cpu % 8));
        if (SetAffinity(0, MaskBytes, mask) != 0)
            throw new InvalidOperationException($"CPU {cpu} cannot be used");
    }

    /// <summary>Time the calling thread has been on a CPU.</summary>
    public static unsafe double CpuSeconds()
    {
        const int ThreadCpuTime = 3;
        // SAFETY: struct timespec on the stack.
        long* time = stackalloc long[2];
        return GetTime(ThreadCpuTime, time) == 0 ? time[0] + (time[1] / 1e9) : 0;
    }

    private static void Enter(NetworkNamespace space)
    {
        int descriptor = Open($"/run/netns/{space.Name}", CloseOnExec);
        int error = SetNamespace(descriptor, CloneNewNet);
        _ = Close(descriptor);
        if (error != 0)
            throw new InvalidOperationException($"the namespace {space.Name} cannot be entered");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNamespace(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static unsafe partial int SetAffinity(int thread, nuint maskBytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, long* time);
}
