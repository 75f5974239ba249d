using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Tests.BadInput;

/// <summary>Frames in memory; one that arrived and is given back unsent must be what it was.</summary>
/// <remarks>A frame that came by a tunnel is compared from the IP header inside on.</remarks>
internal sealed class WatchedFrameIo(int frames) : IFrameIo, IDisposable
{
    private const int LongestBytes = 2_048;
    private const int BufferBytes = LongestBytes + MemoryFrameIo.HeadroomBytes;
    private const int EthernetBytes = 14;

    private readonly MemoryFrameIo _inner = new(frames, LongestBytes);
    private readonly FrameSlot[] _arrived = new FrameSlot[frames];
    private readonly byte[] _asTheyCame = new byte[frames * LongestBytes];

    /// <summary>Frames dropped so far, and the first that was not what it had been, in hexadecimal.</summary>
    public (int Dropped, string? Changed) Seen { get; private set; }

    public int FrameBytes => LongestBytes;

    public int FreeFrames => _inner.FreeFrames;

    public bool TryInject(ReadOnlySpan<byte> frame) => _inner.TryInject(frame);

    public bool TryTakeSent(Span<byte> frame, out int lengthBytes) => _inner.TryTakeSent(frame, out lengthBytes);

    public int Receive(Span<FrameSlot> slots)
    {
        int count = _inner.Receive(slots);
        foreach (FrameSlot slot in slots[..count])
        {
            int buffer = (int)slot.Offset / BufferBytes;
            _arrived[buffer] = slot;
            _inner.Bytes(slot).CopyTo(_asTheyCame.AsSpan(buffer * LongestBytes));
        }
        return count;
    }

    public Span<byte> Bytes(FrameSlot frame) => _inner.Bytes(frame);

    public bool Transmit(FrameSlot frame) => _inner.Transmit(frame);

    public void Release(FrameSlot frame)
    {
        int buffer = (int)frame.Offset / BufferBytes;
        FrameSlot arrived = _arrived[buffer];
        _arrived[buffer] = default;
        if (arrived.LengthBytes > 0)
        {
            ReadOnlySpan<byte> before = _asTheyCame.AsSpan(buffer * LongestBytes, arrived.LengthBytes);
            int skipped = (int)(frame.Offset - arrived.Offset);
            int from = skipped == 0 ? 0 : EthernetBytes;
            bool isSame = skipped >= 0
                && before.Slice(skipped, frame.LengthBytes)[from..].SequenceEqual(_inner.Bytes(frame)[from..]);
            Seen = (Seen.Dropped + 1, isSame ? Seen.Changed : Seen.Changed ?? Convert.ToHexString(before));
        }
        _inner.Release(frame);
    }

    public void Flush() => _inner.Flush();

    public bool TryGrow(ref FrameSlot frame, int bytes) => _inner.TryGrow(ref frame, bytes);

    public bool TryTake(int lengthBytes, out FrameSlot frame)
    {
        if (!_inner.TryTake(lengthBytes, out frame))
            return false;
        _arrived[(int)frame.Offset / BufferBytes] = default;
        return true;
    }

    public void Wait(int timeoutMs) => _inner.Wait(timeoutMs);

    public void Wake() => _inner.Wake();

    public void Dispose() => _inner.Dispose();
}
