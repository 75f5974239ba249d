using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>One end of a TCP connection as a kernel would run it, with one segment under way at a time.</summary>
/// <remarks>Retransmits after 200 ms, doubled up to 1 s. Resets count only when their sequence number is exactly what
/// is expected (RFC 5961).</remarks>
internal sealed class TcpEnd(SimulatedCell cell, FlowKey key, uint firstSequence, Action<Segment> send)
{
    private const long FirstRtoNs = 200_000_000;
    private const long LongestRtoNs = 1_000_000_000;
    private const long ChallengeNs = 500_000_000;
    private const uint Window = 65_535;

    private readonly Queue<ulong> _words = new();
    private Segment _outstanding;
    private bool _isWaiting;
    private bool _isClosing;
    private bool _finSent;
    private bool _finAcked;
    private uint _next = firstSequence;
    private uint _peerNext;
    private long _rtoNs = FirstRtoNs;
    private long _dueNs;
    private long _challengedNs = long.MinValue / 2;
    private bool _timerRuns;
    private bool _closedFirst;

    /// <summary>As this end sends.</summary>
    public FlowKey Key => key;

    public TcpPhase Phase { get; private set; }

    /// <summary>The first sequence number of the other end.</summary>
    public uint PeerFirst { get; private set; }

    public bool PeerClosed { get; private set; }

    /// <summary>Whether something was sent that is not acknowledged.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>When what is under way was sent first, and last.</summary>
    public long FirstSentNs { get; private set; }

    public long LastSentNs { get; private set; }

    /// <summary>All that was sent is acknowledged but, at most, the FIN.</summary>
    public bool HasDelivered => !_isWaiting || _outstanding.Has(TcpFlags.Fin);

    public Action Connected { get; set; } = static () => { };

    public Action<ulong> Received { get; set; } = static _ => { };

    /// <summary>A proxy protocol header arrived, in its place.</summary>
    public Action<FlowKey> Named { get; set; } = static _ => { };

    public Action PeerCloses { get; set; } = static () => { };

    /// <summary>A reset ended the connection.</summary>
    public Action WasReset { get; set; } = static () => { };

    /// <summary>A segment was acknowledged; how long that took.</summary>
    public Action<long> Acknowledged { get; set; } = static _ => { };

    /// <summary>A segment had no answer for its time and goes out again.</summary>
    public Action Repeats { get; set; } = static () => { };

    /// <summary>The other end does what it cannot.</summary>
    public Action<Segment, string> Contradicts { get; set; } = static (_, _) => { };

    public Action Ended { get; set; } = static () => { };

    public void Open()
    {
        Phase = TcpPhase.SynSent;
        Begin(Make(TcpFlags.Syn));
    }

    public void Accept(in Segment syn)
    {
        Phase = TcpPhase.SynReceived;
        PeerFirst = syn.Sequence;
        _peerNext = syn.Sequence + 1;
        Begin(Make(TcpFlags.Syn | TcpFlags.Ack));
    }

    public void Send(ulong word)
    {
        _words.Enqueue(word);
        Pump();
    }

    /// <summary>Sends a FIN after what waits.</summary>
    public void Close()
    {
        _isClosing = true;
        Pump();
    }

    /// <summary>Ends the connection by a reset.</summary>
    public void Abort()
    {
        send(Make(TcpFlags.Rst | TcpFlags.Ack));
        End();
    }

    public void Receive(in Segment segment)
    {
        if (Phase == TcpPhase.Over)
            return;
        if (segment.Has(TcpFlags.Rst))
            ReceiveReset(segment);
        else if (Phase == TcpPhase.SynSent)
            ReceiveInSynSent(segment);
        else if (segment.Has(TcpFlags.Syn))
            Repeat(segment);
        else
            ReceiveMore(segment);
    }

    private void ReceiveReset(in Segment segment)
    {
        bool counts = Phase == TcpPhase.SynSent
            ? segment.Has(TcpFlags.Ack) && segment.Acknowledgement == _next
            : Phase != TcpPhase.TimeWait && segment.Sequence == _peerNext;
        if (!counts)
            return;
        WasReset();
        End();
    }

    private void ReceiveInSynSent(in Segment segment)
    {
        if (segment.Has(TcpFlags.Ack) && segment.Acknowledgement != _next)
        {
            send(new Segment(key, TcpFlags.Rst, segment.Acknowledgement, 0, 0, false));
            return;
        }
        if (!segment.Has(TcpFlags.Syn) || !segment.Has(TcpFlags.Ack))
            return;
        PeerFirst = segment.Sequence;
        _peerNext = segment.Sequence + 1;
        Settle();
        Phase = TcpPhase.Established;
        Acknowledge();
        Connected();
        Pump();
    }

    /// <summary>A SYN or SYN-ACK where none is expected: the first answer once more, or where we are.</summary>
    private void Repeat(in Segment segment)
    {
        if (Phase == TcpPhase.SynReceived && segment.Sequence == PeerFirst)
            send(_outstanding);
        else
            Acknowledge();
    }

    private void ReceiveMore(in Segment segment)
    {
        if (segment.Octets == 0 && segment.Sequence - _peerNext >= Window)
        {
            Challenge();
            return;
        }
        int ahead = (int)(segment.Acknowledgement - _next);
        if (ahead > 0)
        {
            Contradicts(segment, $"acknowledges {ahead} octets that were never sent");
            return;
        }
        if (Phase == TcpPhase.SynReceived)
        {
            if (ahead != 0)
                return;
            Phase = TcpPhase.Established;
            Settle();
            Connected();
        }
        else if (ahead == 0 && _isWaiting)
        {
            Settle();
        }
        if (segment.Octets > 0)
            ReceiveOctets(segment);
        if (_finAcked && PeerClosed && Phase == TcpPhase.Established)
            Finish();
        Pump();
    }

    private void ReceiveOctets(in Segment segment)
    {
        if (segment.Sequence != _peerNext)
        {
            Acknowledge();
            return;
        }
        _peerNext += segment.Octets;
        Acknowledge();
        if (segment.Named != default)
            Named(segment.Named);
        if (segment.HasWord)
            Received(segment.Word);
        if (!segment.Has(TcpFlags.Fin) || PeerClosed)
            return;
        PeerClosed = true;
        PeerCloses();
    }

    private void Finish()
    {
        Phase = _closedFirst ? TcpPhase.TimeWait : TcpPhase.Over;
        Ended();
    }

    private void End()
    {
        Phase = TcpPhase.Over;
        _isWaiting = false;
        Ended();
    }

    private void Settle()
    {
        if (!_isWaiting)
            return;
        _isWaiting = false;
        _rtoNs = FirstRtoNs;
        if (_outstanding.Has(TcpFlags.Fin))
            _finAcked = true;
        Acknowledged(cell.NowNs - FirstSentNs);
    }

    private void Pump()
    {
        if (Phase != TcpPhase.Established || _isWaiting)
            return;
        if (_words.TryDequeue(out ulong word))
        {
            Begin(Make(TcpFlags.Ack | TcpFlags.Psh) with { Word = word, HasWord = true });
        }
        else if (_isClosing && !_finSent)
        {
            _finSent = true;
            _closedFirst = !PeerClosed;
            Begin(Make(TcpFlags.Fin | TcpFlags.Ack));
        }
    }

    private void Begin(in Segment segment)
    {
        _outstanding = segment;
        _isWaiting = true;
        _next += segment.Octets;
        FirstSentNs = cell.NowNs;
        Transmit();
    }

    private void Transmit()
    {
        LastSentNs = cell.NowNs;
        _dueNs = cell.NowNs + _rtoNs;
        bool acknowledges = _outstanding.Has(TcpFlags.Ack);
        send(acknowledges ? _outstanding with { Acknowledgement = _peerNext } : _outstanding);
        if (_timerRuns)
            return;
        _timerRuns = true;
        cell.At(_dueNs, OnTimer);
    }

    private void OnTimer()
    {
        _timerRuns = false;
        if (!_isWaiting)
            return;
        if (cell.NowNs < _dueNs)
        {
            _timerRuns = true;
            cell.At(_dueNs, OnTimer);
            return;
        }
        _rtoNs = Math.Min(_rtoNs * 2, LongestRtoNs);
        Repeats();
        if (_isWaiting)
            Transmit();
    }

    /// <summary>Answers what is out of its window, as seldom as kernels do.</summary>
    private void Challenge()
    {
        if (cell.NowNs - _challengedNs < ChallengeNs)
            return;
        _challengedNs = cell.NowNs;
        Acknowledge();
    }

    private void Acknowledge() => send(Make(TcpFlags.Ack));

    private Segment Make(TcpFlags flags) => new(
        key, flags, _next, (flags & TcpFlags.Ack) != TcpFlags.None ? _peerNext : 0, 0, false);
}
