using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Polling;

/// <summary>Ends the wait of a thread from any other thread (eventfd(2)).</summary>
public sealed class WakeSignal : SafeHandle
{
    /// <summary>A signal that is not set.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    public WakeSignal()
        : base(-1, ownsHandle: true)
    {
        int descriptor = NativePoll.EventDescriptor(0, NativePoll.EventFlags);
        if (descriptor < 0)
            throw new IOException($"eventfd: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        SetHandle(descriptor);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The file descriptor, readable while the signal is set; -1 after the end.</summary>
    public int Descriptor => IsClosed ? -1 : (int)handle;

    /// <summary>Sets the signal; any thread, also after the end.</summary>
    public unsafe void Set()
    {
        bool held = false;
        try
        {
            DangerousAddRef(ref held);
            ulong one = 1;
            // SAFETY: eight bytes of a local; the reference keeps the descriptor ours.
            _ = NativePoll.Write((int)handle, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
        finally
        {
            if (held)
                DangerousRelease();
        }
    }

    /// <summary>Takes the signal back; the waiting thread.</summary>
    public unsafe void Reset()
    {
        ulong count;
        // SAFETY: eight bytes of a local.
        _ = NativePoll.Read((int)handle, &count, sizeof(ulong));
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativePoll.Close((int)handle) == 0;
}
