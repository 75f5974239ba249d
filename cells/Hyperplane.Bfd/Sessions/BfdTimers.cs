namespace Hyperplane.Bfd;

/// <summary>What both ends want of their intervals, and what follows (RFC 5880 6.8.2 to 6.8.4, 6.5).</summary>
/// <remarks>Microseconds as on the wire. While Up, a change is told at once under a poll; a slower pace of ours, and a
/// faster one wanted of the peer, count only once the peer has answered it. An answer does not tell which question it
/// is for, so those to the packets that asked before the last change are waited for first.</remarks>
internal sealed class BfdTimers
{
    /// <summary>The fastest a session that is not Up may ask to send: 1 s.</summary>
    public const uint SlowUs = 1_000_000;

    /// <summary>More questions than this are not on the way at once: the others are lost.</summary>
    private const int MaxUnanswered = 4;

    private uint _usedTxUs;
    private uint _usedRxUs;
    private int _unanswered;
    private int _staleAnswers;

    public BfdTimers(BfdIntervals wanted)
    {
        Wanted = wanted;
        Settle(isUp: false);
        Forget();
    }

    /// <summary>What the operator asked for.</summary>
    public BfdIntervals Wanted { get; private set; }

    /// <summary>As told to the peer.</summary>
    public uint DesiredMinTxUs { get; private set; }

    /// <summary>As told to the peer.</summary>
    public uint RequiredMinRxUs { get; private set; }

    /// <summary>True while our packets carry the poll bit.</summary>
    public bool Polling { get; private set; }

    /// <summary>The peer's wish for packets; 0: none.</summary>
    public uint RemoteMinRxUs { get; private set; }

    /// <summary>The peer's wish to send.</summary>
    public uint RemoteDesiredMinTxUs { get; private set; }

    /// <summary>The peer's multiplier, 0 while it is unknown.</summary>
    public byte RemoteDetectMult { get; private set; }

    /// <summary>Time between two of our packets before jitter.</summary>
    public long TransmitNs => Math.Max(_usedTxUs, RemoteMinRxUs) * 1_000L;

    /// <summary>Silence after which the peer is given up; 0 while nothing of it is known.</summary>
    public long DetectionNs => RemoteDetectMult * (long)Math.Max(_usedRxUs, RemoteDesiredMinTxUs) * 1_000L;

    /// <summary>Takes over what a packet says.</summary>
    public void OnPacket(in BfdPacket packet)
    {
        RemoteMinRxUs = packet.RequiredMinRxUs;
        RemoteDesiredMinTxUs = packet.DesiredMinTxUs;
        RemoteDetectMult = packet.DetectMult;
        if (packet.Final)
            OnAnswer();
    }

    /// <summary>A packet with the poll bit leaves.</summary>
    public void OnAsked() => _unanswered = Math.Min(_unanswered + 1, MaxUnanswered);

    /// <summary>Changes what is wanted.</summary>
    public void Want(BfdIntervals wanted, bool isUp)
    {
        Wanted = wanted;
        Settle(isUp);
    }

    /// <summary>Makes the intervals those of the state: at least 1 s for sending unless Up.</summary>
    public void Settle(bool isUp)
    {
        uint tx = (uint)Wanted.DesiredMinTxMs * 1_000;
        uint rx = (uint)Wanted.RequiredMinRxMs * 1_000;
        if (!isUp)
        {
            DesiredMinTxUs = _usedTxUs = Math.Max(tx, SlowUs);
            RequiredMinRxUs = _usedRxUs = rx;
            Polling = false;
            _unanswered = _staleAnswers = 0;
            return;
        }

        if (tx == DesiredMinTxUs && rx == RequiredMinRxUs)
            return;
        DesiredMinTxUs = tx;
        RequiredMinRxUs = rx;
        _usedTxUs = Math.Min(_usedTxUs, tx);
        _usedRxUs = Math.Max(_usedRxUs, rx);
        _staleAnswers = _unanswered;
        Polling = true;
    }

    /// <summary>The peer is gone: what it said counts no longer.</summary>
    public void Forget() => (RemoteMinRxUs, RemoteDesiredMinTxUs, RemoteDetectMult) = (1, 0, 0);

    private void OnAnswer()
    {
        _unanswered = Math.Max(_unanswered - 1, 0);
        if (_staleAnswers > 0)
        {
            _staleAnswers--;
            return;
        }

        Polling = false;
        _usedTxUs = DesiredMinTxUs;
        _usedRxUs = RequiredMinRxUs;
    }
}
