using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Hyperplane.Lab;
using Microsoft.Win32.SafeHandles;

namespace Hyperplane.Agent.Tests.Machine;

/// <summary>Runs code on a thread of its own inside a network namespace; the thread ends with the code.</summary>
internal static partial class NamespaceThread
{
    private const int CloneNewNet = 0x4000_0000;

    public static T Run<T>(NetworkNamespace space, Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle file = File.OpenHandle($"/run/netns/{space.Name}");
                Assert.Equal(0, SetNamespace(file, CloneNewNet));
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
