using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Word to senders whose packets are too long for what the dataplane puts around them.</summary>
/// <remarks>Who judges a frame notes the limit, who ends it has the answer written.</remarks>
/// <param name="limit">Of the node.</param>
internal sealed class TooBigAnswers(TokenBucket limit)
{
    private bool _mayAnswer;
    private int _mtuBytes;
    private int _quotedAt;
    private bool _isQuotedIpv4;
    private NextHop _hop;

    /// <summary>The frame at hand is too long.</summary>
    /// <param name="mtuBytes">The longest packet that would pass.</param>
    /// <param name="nowNs">Now.</param>
    public void Note(int mtuBytes, long nowNs)
    {
        _mtuBytes = mtuBytes;
        _mayAnswer = limit.TryTake(nowNs);
        _quotedAt = 0;
    }

    /// <summary>A packet that the frame at hand quotes was too long.</summary>
    /// <param name="at">Where it begins in the frame.</param>
    /// <param name="isIpv4">Its family.</param>
    /// <param name="hop">Towards its sender.</param>
    /// <param name="mtuBytes">The longest packet that would pass.</param>
    /// <param name="nowNs">Now.</param>
    public void NoteQuoted(int at, bool isIpv4, in NextHop hop, int mtuBytes, long nowNs)
    {
        Note(mtuBytes, nowNs);
        (_quotedAt, _isQuotedIpv4, _hop) = (at, isIpv4, hop);
    }

    /// <summary>Turns the frame that was noted last into the answer; false when nobody is told.</summary>
    public bool TryWrite(Span<byte> frame, out int answerBytes)
    {
        answerBytes = 0;
        bool may = _mayAnswer;
        _mayAnswer = false;
        if (may && _quotedAt > 0)
            return IcmpTooBig.TryTell(frame, _quotedAt, _isQuotedIpv4, _mtuBytes, _hop, out answerBytes);
        return may && EthernetView.TryRead(frame, out EthernetView ethernet) == ParseVerdict.Ok
            && GueTunnel.NodeOf(ethernet.SourceMac) == 0
            && IcmpTooBig.TryAnswer(frame, _mtuBytes, out answerBytes);
    }
}
