using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Hyperplane.Lab;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>Runs code on a thread of its own that has moved into a network namespace; the thread ends with the
/// code.</summary>
/// <remarks>Sockets and programs made inside stay there and work from any thread. Interface indices are only right
/// inside.</remarks>
internal static partial class NamespaceThread
{
    private const int CloneNewNet = 0x4000_0000;
    private const int CloseOnExec = 0x80000;

    public static T Run<T>(NetworkNamespace space, Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(space);
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

    private static void Enter(NetworkNamespace space)
    {
        int descriptor = Open($"/run/netns/{space.Name}", CloseOnExec);
        Assert.True(descriptor >= 0, $"no namespace {space.Name}");
        int error = SetNamespace(descriptor, CloneNewNet);
        _ = Close(descriptor);
        Assert.Equal(0, error);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNamespace(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
