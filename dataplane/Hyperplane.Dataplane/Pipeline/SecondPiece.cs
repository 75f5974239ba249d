using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The second piece of an IPv4 packet that may be cut, and would be too long as an IPv6 one: kept between the
/// judgement of the first piece and its end.</summary>
/// <remarks>Both are fragments, as IPv6 has them (RFC 7915, section 4). Single-threaded; nothing allocates after
/// construction.</remarks>
internal sealed class SecondPiece(FamilyTranslator translator, int mtuBytes)
{
    private const int FragmentHeaderBytes = 8;

    private readonly byte[] _bytes = new byte[EthernetView.HeaderBytes + mtuBytes];
    private int _lengthBytes;
    private FlowEntry _entry;
    private NextHop _hop;

    /// <summary>Cuts a packet; false when that must not be, or two pieces are not enough: it is left as it was
    /// then.</summary>
    /// <param name="frame">IPv4.</param>
    /// <param name="entry">The translation, to IPv6.</param>
    /// <param name="hop">A resolved next hop.</param>
    /// <param name="firstBytes">What of the frame is the first piece.</param>
    public bool TryCut(Span<byte> frame, in FlowEntry entry, in NextHop hop, out int firstBytes)
    {
        int longestBytes = mtuBytes - FamilyTranslator.HeaderDifference - FragmentHeaderBytes;
        if (!PacketCut.TryMeasure(frame, longestBytes, out firstBytes, out int restBytes))
            return false;
        PacketCut.Cut(frame, firstBytes, _bytes.AsSpan(0, restBytes));
        (_lengthBytes, _entry, _hop) = (restBytes, entry, hop);
        return true;
    }

    /// <summary>Makes a frame of what was cut off last, once.</summary>
    /// <param name="io">Where frames come from.</param>
    /// <param name="piece">Translated; null when no memory is free.</param>
    /// <returns>False when nothing was cut off.</returns>
    public bool TryTake(IFrameIo io, out FrameSlot? piece)
    {
        piece = null;
        int lengthBytes = _lengthBytes;
        _lengthBytes = 0;
        if (lengthBytes == 0)
            return false;
        int roomBytes = FamilyTranslator.HeaderDifference + FragmentHeaderBytes;
        if (!io.TryTake(lengthBytes + roomBytes, out FrameSlot taken))
            return true;
        var frame = new FrameSlot(taken.Offset + roomBytes, lengthBytes);
        _bytes.AsSpan(0, lengthBytes).CopyTo(io.Bytes(frame));
        EthernetView.TryRead(io.Bytes(frame), out EthernetView ethernet);
        IpView.TryRead(ethernet, out IpView ip);
        // No first fragment, and with room: neither fails.
        translator.TryTranslate(io.Bytes(frame), ip, _entry, _hop);
        translator.TryFinish(io, ref frame);
        piece = frame;
        return true;
    }
}
