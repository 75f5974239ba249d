using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Queues;

/// <summary>Frames from one pipeline to one other: two queues of one writer and one reader, no lock.</summary>
/// <remarks>The receiver lends the sender places in its own frame memory; the sender copies a frame into one and tells.
/// From then on the frame is the receiver's like one that arrived. So there is one copy, and no place left means that
/// the receiver is behind. Nothing allocates after construction.</remarks>
/// <param name="receiver">Whose memory it is.</param>
/// <param name="capacity">Frames that can be under way, a power of two.</param>
internal sealed class HandOverLine(IFrameIo receiver, int capacity)
{
    private readonly FlowRing<FrameSlot> _places = new(capacity);
    private readonly FlowRing<HandedFrame> _frames = new(capacity);

    /// <summary>Whether a frame waits; by the receiver.</summary>
    public bool HasFrames => !_frames.IsEmpty;

    /// <summary>Copies a frame over; false when no place is left. By the sender.</summary>
    public bool TryGive(ReadOnlySpan<byte> frame, in HandedFrame note)
    {
        if (frame.Length > receiver.FrameBytes || !_places.TryRead(out FrameSlot place))
            return false;
        place = place with { LengthBytes = frame.Length };
        frame.CopyTo(receiver.Bytes(place));
        return _frames.TryWrite(note with { Frame = place });
    }

    /// <summary>Takes the oldest frame, whose place is to be replaced by <see cref="TryLend"/>. By the
    /// receiver.</summary>
    public bool TryTake(out HandedFrame frame) => _frames.TryRead(out frame);

    /// <summary>Lends one more place of at most the capacity; false when none is free. By the receiver.</summary>
    public bool TryLend() =>
        receiver.TryTake(receiver.FrameBytes, out FrameSlot place) && _places.TryWrite(place);
}
