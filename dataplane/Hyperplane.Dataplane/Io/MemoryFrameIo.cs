namespace Hyperplane.Dataplane.Io;

/// <summary>Frames from and to memory, for tests, simulation and replay.</summary>
/// <remarks>A fixed number of frame buffers; <see cref="TryInject"/> and <see cref="TryTakeSent"/> may be called from
/// another thread than the pipeline's.</remarks>
public sealed class MemoryFrameIo : IFrameIo, IDisposable
{
    /// <summary>What a frame can grow by at its front.</summary>
    public const int HeadroomBytes = 128;

    private readonly byte[] _memory;
    private readonly int _bufferBytes;
    private readonly int _frameBytes;
    private readonly FrameSlot[] _incoming;
    private readonly FrameSlot[] _outgoing;
    private readonly Stack<long> _free;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _arrived = new(false);
    private readonly int _transmitLimit;
    private int _incomingHead;
    private int _incomingCount;
    private int _outgoingHead;
    private int _outgoingCount;

    /// <summary>Takes the memory.</summary>
    /// <param name="frames">Buffers.</param>
    /// <param name="frameBytes">Bytes of a buffer: the longest frame.</param>
    /// <param name="transmitLimit">Frames that can wait to be taken; all by default.</param>
    public MemoryFrameIo(int frames, int frameBytes = 2_048, int? transmitLimit = null)
    {
        _bufferBytes = HeadroomBytes + frameBytes;
        _memory = new byte[(long)frames * _bufferBytes];
        _frameBytes = frameBytes;
        _incoming = new FrameSlot[frames];
        _outgoing = new FrameSlot[frames];
        _transmitLimit = transmitLimit ?? frames;
        _free = new Stack<long>(frames);
        for (int i = frames - 1; i >= 0; i--)
            _free.Push(((long)i * _bufferBytes) + HeadroomBytes);
    }

    /// <summary>Buffers that hold no frame.</summary>
    public int FreeFrames
    {
        get
        {
            lock (_lock)
                return _free.Count;
        }
    }

    /// <summary>Lets a frame arrive; false when it is too long or no buffer is free.</summary>
    public bool TryInject(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            if (frame.Length > _frameBytes || !_free.TryPop(out long offset))
                return false;
            frame.CopyTo(_memory.AsSpan((int)offset));
            _incoming[(_incomingHead + _incomingCount++) % _incoming.Length] = new FrameSlot(offset, frame.Length);
        }
        _arrived.Set();
        return true;
    }

    /// <summary>Takes the oldest sent frame; false when there is none.</summary>
    /// <param name="frame">At least as long as the longest frame.</param>
    /// <param name="lengthBytes">Bytes of the frame.</param>
    public bool TryTakeSent(Span<byte> frame, out int lengthBytes)
    {
        lock (_lock)
        {
            lengthBytes = 0;
            if (_outgoingCount == 0)
                return false;
            FrameSlot slot = _outgoing[_outgoingHead];
            _outgoingHead = (_outgoingHead + 1) % _outgoing.Length;
            _outgoingCount--;
            _memory.AsSpan((int)slot.Offset, slot.LengthBytes).CopyTo(frame);
            Free(slot);
            lengthBytes = slot.LengthBytes;
            return true;
        }
    }

    /// <inheritdoc/>
    public int Receive(Span<FrameSlot> frames)
    {
        lock (_lock)
        {
            int count = Math.Min(frames.Length, _incomingCount);
            for (int i = 0; i < count; i++)
            {
                frames[i] = _incoming[_incomingHead];
                _incomingHead = (_incomingHead + 1) % _incoming.Length;
            }
            _incomingCount -= count;
            return count;
        }
    }

    /// <inheritdoc/>
    public Span<byte> Bytes(FrameSlot frame) => _memory.AsSpan((int)frame.Offset, frame.LengthBytes);

    /// <inheritdoc/>
    public bool Transmit(FrameSlot frame)
    {
        lock (_lock)
        {
            if (_outgoingCount == _transmitLimit)
                return false;
            _outgoing[(_outgoingHead + _outgoingCount++) % _outgoing.Length] = frame;
            return true;
        }
    }

    /// <inheritdoc/>
    public void Release(FrameSlot frame)
    {
        lock (_lock)
            Free(frame);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        // Sent frames can be taken at once.
    }

    /// <inheritdoc/>
    public bool TryGrow(ref FrameSlot frame, int bytes)
    {
        if (frame.Offset % _bufferBytes < bytes)
            return false;
        frame = new FrameSlot(frame.Offset - bytes, frame.LengthBytes + bytes);
        return true;
    }

    /// <inheritdoc/>
    public int FrameBytes => _frameBytes;

    /// <inheritdoc/>
    public bool TryTake(int lengthBytes, out FrameSlot frame)
    {
        lock (_lock)
        {
            frame = default;
            if (lengthBytes > _frameBytes || !_free.TryPop(out long offset))
                return false;
            frame = new FrameSlot(offset, lengthBytes);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Wait(int timeoutMs) => _arrived.WaitOne(timeoutMs);

    /// <inheritdoc/>
    public void Wake() => _arrived.Set();

    /// <inheritdoc/>
    public void Dispose() => _arrived.Dispose();

    private void Free(FrameSlot frame) =>
        _free.Push(frame.Offset - (frame.Offset % _bufferBytes) + HeadroomBytes);
}
