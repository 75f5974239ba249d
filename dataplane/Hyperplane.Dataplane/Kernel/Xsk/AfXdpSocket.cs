using System.Diagnostics;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary>Frames of one receive queue, by AF_XDP in copy mode; the XDP program chooses which ones come
/// here.</summary>
/// <remarks>
/// Source: Linux, <c>Documentation/networking/af_xdp.rst</c>, <c>include/uapi/linux/if_xdp.h</c>. One piece of memory
/// (UMEM) is cut into chunks; a chunk is in the fill ring (free), in the receive ring, with the caller, in the
/// transmit ring or in the completion ring, or spare for a frame that is made here. The fill ring has room for all of
/// them, so giving one back never fails. Make it on a thread in the interface's network namespace; use it from one
/// thread, but for <see cref="Wake"/>.
/// </remarks>
internal sealed unsafe class AfXdpSocket : IFrameIo, IDisposable
{
    private const int TransmitBudget = 32;
    private const int EventFlags = 0x80800;
    private readonly XskHandle _handle;
    private readonly XskRing<ulong> _fill;
    private readonly XskRing<ulong> _completion;
    private readonly XskRing<XskDescriptor> _receive;
    private readonly XskRing<XskDescriptor> _transmit;
    private readonly byte* _memory;
    private readonly ulong _chunkMask;
    private readonly ulong[] _spares;
    private readonly int _bell;
    private readonly int _chunkBytes;
    private readonly ushort _vlan;
    private int _spareCount;
    private bool _isClosed;
    private int _ringers;
    private bool _unpublished;

    /// <summary>Opens a socket and binds it to a queue; waits up to a second for a queue whose last socket is being
    /// closed.</summary>
    /// <exception cref="KernelException">With advice when the kernel refuses.</exception>
    public AfXdpSocket(int interfaceIndex, int queue, AfXdpOptions options)
    {
        options.Validate();
        _spares = new ulong[options.SpareChunks];
        _bell = LibC.EventDescriptor(0, EventFlags);
        if (_bell < 0)
            throw LibC.Failure("making an event descriptor");
        _handle = OpenOrHangUp(options);
        try
        {
            _memory = _handle.Memory;
            _chunkBytes = options.ChunkBytes;
            _vlan = options.Vlan;
            _chunkMask = ~((ulong)options.ChunkBytes - 1);
            (XskRingOffsets receive, XskRingOffsets transmit, XskRingOffsets fill, XskRingOffsets completion) =
                _handle.Offsets();
            _receive = _handle.Own(new XskRing<XskDescriptor>(
                _handle.Descriptor, receive, (uint)options.ReceiveRing, XskHandle.ReceivePage));
            _transmit = _handle.Own(new XskRing<XskDescriptor>(
                _handle.Descriptor, transmit, (uint)options.TransmitRing, XskHandle.TransmitPage));
            _fill = _handle.Own(new XskRing<ulong>(
                _handle.Descriptor, fill, (uint)options.ChunkCount, XskHandle.FillPage));
            _completion = _handle.Own(new XskRing<ulong>(
                _handle.Descriptor, completion, (uint)options.ChunkCount, XskHandle.CompletionPage));
            for (int i = 0; i < options.ChunkCount; i++)
                GiveBack((ulong)i * (ulong)options.ChunkBytes);
            _fill.PublishProduced();
            _handle.Bind(interfaceIndex, queue);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>For the XDP program's socket map.</summary>
    public int Descriptor => _handle.Descriptor;

    /// <inheritdoc/>
    public int Receive(Span<FrameSlot> frames)
    {
        Reap();
        int count = (int)Math.Min(_receive.Waiting, (uint)frames.Length);
        for (int i = 0; i < count; i++)
        {
            ref XskDescriptor descriptor = ref _receive.Next;
            frames[i] = new FrameSlot((long)descriptor.Address, (int)descriptor.LengthBytes);
            _receive.Advance();
        }

        if (count > 0)
            _receive.PublishConsumed();
        return count;
    }

    /// <inheritdoc/>
    // SAFETY: offset and length come from the kernel, which keeps them inside a chunk of the memory; it lives as long
    // as this.
    public Span<byte> Bytes(FrameSlot frame) => new(_memory + frame.Offset, frame.LengthBytes);

    /// <inheritdoc/>
    public bool Transmit(FrameSlot frame)
    {
        if (_transmit.Room == 0)
        {
            Kick();
            if (_transmit.Room == 0)
                return false;
        }

        if (_vlan != 0)
        {
            if (!TryGrow(ref frame, VlanTag.Bytes))
                return false;
            VlanTag.Write(Bytes(frame), _vlan);
        }
        ref XskDescriptor descriptor = ref _transmit.Next;
        descriptor.Address = (ulong)frame.Offset;
        descriptor.LengthBytes = (uint)frame.LengthBytes;
        descriptor.Options = 0;
        _transmit.Advance();
        return true;
    }

    /// <inheritdoc/>
    public void Release(FrameSlot frame) => GiveBack((ulong)frame.Offset);

    /// <inheritdoc/>
    public void Flush()
    {
        if (_transmit.Untaken > 0)
            Kick();
        Reap();
    }

    /// <inheritdoc/>
    public bool TryGrow(ref FrameSlot frame, int bytes)
    {
        if ((frame.Offset & (_chunkBytes - 1)) < bytes)
            return false;
        frame = new FrameSlot(frame.Offset - bytes, frame.LengthBytes + bytes);
        return true;
    }

    /// <inheritdoc/>
    public int FrameBytes => _chunkBytes - AfXdpOptions.HeadroomBytes;

    /// <inheritdoc/>
    public bool TryTake(int lengthBytes, out FrameSlot frame)
    {
        frame = default;
        if (_spareCount == 0 || lengthBytes > FrameBytes)
            return false;
        frame = new FrameSlot((long)_spares[--_spareCount] + AfXdpOptions.HeadroomBytes, lengthBytes);
        return true;
    }

    /// <inheritdoc/>
    public void Wait(int timeoutMs)
    {
        Flush();
        if (_receive.Waiting > 0)
            return;
        // SAFETY: two descriptors and eight bytes on the stack. A signal ends the wait early, which the caller cannot
        // tell from a time-out.
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = _handle.Descriptor, Events = LibC.PollIn };
        descriptors[1] = new PollDescriptor { Descriptor = _bell, Events = LibC.PollIn };
        ulong rings;
        if (LibC.Poll(descriptors, 2, timeoutMs) > 0 && descriptors[1].Returned != 0)
            _ = LibC.Read(_bell, &rings, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Wake()
    {
        ulong one = 1;
        // Pipelines wake each other: no lock.
        Interlocked.Increment(ref _ringers);
        // SAFETY: eight bytes on the stack, and the descriptor is not closed while we are counted.
        if (!Volatile.Read(ref _isClosed))
            _ = LibC.Write(_bell, &one, sizeof(ulong));
        Interlocked.Decrement(ref _ringers);
    }

    /// <summary>What was lost between the program and us.</summary>
    public XskStatistics ReadStatistics() => _handle.Statistics();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        var wait = default(SpinWait);
        while (Volatile.Read(ref _ringers) != 0)
            wait.SpinOnce();
        _ = LibC.Close(_bell);
        _handle.Dispose();
    }

    private XskHandle OpenOrHangUp(AfXdpOptions options)
    {
        try
        {
            return XskHandle.Open(options);
        }
        catch
        {
            _ = LibC.Close(_bell);
            throw;
        }
    }

    /// <summary>Makes the kernel send; it takes 32 frames a call and answers EAGAIN while there are more.</summary>
    private void Kick()
    {
        _transmit.PublishProduced();
        if (!_transmit.WantsWakeup)
            return;
        for (uint calls = (_transmit.Untaken / TransmitBudget) + 2; calls > 0 && _transmit.Untaken > 0; calls--)
        {
            if (LibC.SendTo(_handle.Descriptor, null, 0, LibC.MessageDontWait, null, 0) >= 0)
                continue;
            int error = Marshal.GetLastPInvokeError();
            // Anything but "call again": what is left waits for the next flush, and a full ring is the caller's named
            // drop.
            if (error != LibC.AgainError && error != LibC.BusyError)
                return;
        }
    }

    /// <summary>Takes what was sent back into the fill ring.</summary>
    private void Reap()
    {
        uint sent = _completion.Waiting;
        for (uint i = 0; i < sent; i++)
        {
            GiveBack(_completion.Next);
            _completion.Advance();
        }

        if (sent > 0)
            _completion.PublishConsumed();
        if (!_unpublished)
            return;
        _fill.PublishProduced();
        _unpublished = false;
    }

    private void GiveBack(ulong address)
    {
        if (_spareCount < _spares.Length)
        {
            _spares[_spareCount++] = address & _chunkMask;
            return;
        }
        Debug.Assert(_fill.Room > 0, "a frame was given back twice");
        _fill.Next = address & _chunkMask;
        _fill.Advance();
        _unpublished = true;
    }
}
