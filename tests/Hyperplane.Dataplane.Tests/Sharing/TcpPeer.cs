using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>One end of a connection: what it answers by RFC 9293, section 3.10.7, with the checks of RFC
/// 5961.</summary>
internal sealed class TcpPeer
{
    private const uint Window = 65_535;

    private uint _next = 90_000;
    private uint _expects;
    private bool _asked;

    public bool Listens { get; init; }

    public bool IsOpen { get; private set; }

    /// <summary>Acknowledges data at once; otherwise only with its own.</summary>
    public bool IsPrompt { get; set; } = true;

    public uint Next => _next;

    public uint Expects => _expects;

    public void Forget() => (IsOpen, _asked) = (false, false);

    public Segment Open(uint sequence)
    {
        (_next, _asked, IsOpen) = (sequence + 1, true, false);
        return new Segment(Syn, sequence);
    }

    public Segment Data(int bytes)
    {
        var data = new Segment(Ack | Psh, _next, _expects, bytes);
        _next += (uint)bytes;
        return data;
    }

    public Segment Abort()
    {
        Forget();
        return new Segment(Rst | Ack, _next, _expects);
    }

    /// <summary>The answer to a segment, if any.</summary>
    public Segment? Take(Segment segment)
    {
        if ((segment.Flags & Rst) != None)
            return TakeReset(segment);
        if (IsOpen)
            return TakeOpen(segment);
        if (segment.Flags == Syn && Listens)
        {
            (_expects, IsOpen) = (segment.Sequence + 1, true);
            _next += 64_000;
            return new Segment(Syn | Ack, _next++, _expects);
        }
        if (_asked && segment.Flags == (Syn | Ack) && segment.Acknowledgement == _next)
        {
            (_expects, IsOpen) = (segment.Sequence + 1, true);
            return Here();
        }
        return (segment.Flags & Ack) != None ? new Segment(Rst, segment.Acknowledgement) : null;
    }

    private Segment Here() => new(Ack, _next, _expects);

    private Segment? TakeReset(Segment reset)
    {
        if (!IsOpen)
            return null;
        if (reset.Sequence == _expects)
            IsOpen = false;
        return IsOpen && reset.Sequence - _expects < Window ? Here() : null;
    }

    private Segment? TakeOpen(Segment segment)
    {
        bool acknowledgesTooMuch = (int)(segment.Acknowledgement - _next) > 0;
        if ((segment.Flags & Syn) != None || segment.Sequence != _expects || acknowledgesTooMuch)
            return Here();
        _expects += (uint)segment.Bytes;
        return segment.Bytes > 0 && IsPrompt ? Here() : null;
    }
}
