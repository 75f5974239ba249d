using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hyperplane.Lab;

/// <summary>Runs code on a thread of its own that has moved into a network namespace; the thread ends with the
/// code.</summary>
/// <remarks>Sockets and programs made inside stay there and work from any thread. Interface indices are only right
/// inside.</remarks>
public static partial class NamespaceThread
{
    private const int CloneNewNet = 0x4000_0000;

    /// <summary>The code's result, or what it threw.</summary>
    public static T Run<T>(NetworkNamespace space, Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle file = File.OpenHandle($"/run/netns/{space.Name}");
                if (SetNamespace(file, CloneNewNet) != 0)
                    throw new InvalidOperationException($"{space.Name} cannot be entered");
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

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNamespace(SafeFileHandle file, int kind);
}
