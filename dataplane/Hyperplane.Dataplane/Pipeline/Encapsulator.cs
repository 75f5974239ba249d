using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Puts frames into tunnels, in two steps: who judges a frame notes where it goes, who ends it has it
/// wrapped.</summary>
/// <remarks>What is too long is cut in two where it may be, else its sender is told.</remarks>
internal sealed class Encapsulator(TooBigAnswers tooBig)
{
    private Encapsulation _to;
    private int _firstBytes;
    private int _restBytes;

    /// <summary>Notes where the frame at hand goes; false, and its sender will be told, when it is too long.</summary>
    /// <param name="to">The tunnel.</param>
    /// <param name="frame">Its headers were read and found whole.</param>
    /// <param name="mtuBytes">The longest outer packet.</param>
    /// <param name="nowNs">Now.</param>
    public bool TryNote(in Encapsulation to, ReadOnlySpan<byte> frame, int mtuBytes, long nowNs)
    {
        int longestBytes = mtuBytes - to.AddedBytes;
        _restBytes = 0;
        bool isTooLong = frame.Length - EthernetView.HeaderBytes > longestBytes;
        if (isTooLong && !PacketCut.TryMeasure(frame, longestBytes, out _firstBytes, out _restBytes))
        {
            tooBig.Note(longestBytes, nowNs);
            return false;
        }
        _to = to;
        return true;
    }

    /// <summary>Cuts the frame that was noted last when it is too long.</summary>
    /// <param name="io">Whose frame it is.</param>
    /// <param name="frame">Shortened when it is cut.</param>
    /// <param name="rest">The second piece, to be wrapped and sent too; null when there is none.</param>
    /// <returns>False when no memory is free.</returns>
    public bool TryCut(IFrameIo io, ref FrameSlot frame, out FrameSlot? rest)
    {
        rest = null;
        if (_restBytes == 0)
            return true;
        if (!io.TryTake(_to.AddedBytes + _restBytes, out FrameSlot taken))
            return false;
        var piece = new FrameSlot(taken.Offset + _to.AddedBytes, _restBytes);
        PacketCut.Cut(io.Bytes(frame), _firstBytes, io.Bytes(piece));
        frame = frame with { LengthBytes = _firstBytes };
        rest = piece;
        return true;
    }

    /// <summary>Wraps the frame that was noted last; false when it has no room in front.</summary>
    public bool TryWrap(IFrameIo io, ref FrameSlot frame)
    {
        if (!io.TryGrow(ref frame, _to.AddedBytes))
            return false;
        _to.Write(io.Bytes(frame));
        return true;
    }
}
