using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary>Waits, to the nanosecond the kernel can, until a socket has something, the time is over, or another thread
/// calls <see cref="Wake"/> (ppoll(2), eventfd(2)).</summary>
/// <remarks><see cref="For"/> belongs to one thread; <see cref="Wake"/> may come from any. Neither allocates.</remarks>
public sealed unsafe class DescriptorWait : IDisposable
{
    private const long SecondNs = 1_000_000_000;
    private readonly DescriptorHandle _event;

    /// <summary>Makes the event.</summary>
    /// <exception cref="UdpSocketException">The kernel refused it.</exception>
    public DescriptorWait()
    {
        _event = new DescriptorHandle(NativeUdp.EventDescriptor(0, NativeUdp.EventNonBlockingCloseOnExec));
        if (_event.IsInvalid)
            throw new UdpSocketException("eventfd", Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits until <paramref name="socket"/> is readable, at most for a time.</summary>
    /// <param name="socket">What is watched.</param>
    /// <param name="timeoutNs">Nanoseconds; 0 or less does not wait, <see cref="long.MaxValue"/> waits for
    /// ever.</param>
    public void For(UdpSocket socket, long timeoutNs)
    {
        ArgumentNullException.ThrowIfNull(socket);
        PollEntry* entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = socket.Descriptor, Events = NativeUdp.PollIn };
        entries[1] = new PollEntry { Descriptor = _event.Number, Events = NativeUdp.PollIn };
        long* limit = stackalloc long[2];
        limit[0] = Math.Max(timeoutNs, 0) / SecondNs;
        limit[1] = Math.Max(timeoutNs, 0) % SecondNs;
        // SAFETY: two entries and one struct timespec, all on the stack, for the length of the call.
        int ready = NativeUdp.Poll(entries, 2, timeoutNs == long.MaxValue ? null : limit, null);
        if (ready <= 0 || entries[1].Returned == 0)
            return;
        ulong count;
        // SAFETY: an eventfd gives exactly eight bytes.
        _ = NativeUdp.Read(_event.Number, &count, sizeof(ulong));
    }

    /// <summary>Ends the wait at hand, or the next one if there is none.</summary>
    public void Wake()
    {
        ulong one = 1;
        // SAFETY: an eventfd takes exactly eight bytes.
        _ = NativeUdp.Write(_event.Number, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _event.Dispose();
}
