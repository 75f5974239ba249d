using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd;

/// <summary>The speaker's thread, turn by turn: commands, packets in, judgement, packets out, sleep.</summary>
/// <remarks>Allocates only when the peers change. Nothing is judged before every waiting packet is read; after a gap of
/// more than the shortest detection time, not before one more detection time is over. To notice any such gap the sleep
/// is at most a quarter of that time.</remarks>
internal sealed class BfdLoop
{
    private const int MaxPacketsPerTurn = 1_024;
    private const int GoodbyePackets = 3;
    private const int SleepParts = 4;

    private readonly IBfdWire _wire;
    private readonly MonotonicClock _clock;
    private readonly CallbackGuard _callbacks;
    private readonly PeerTable _peers;
    private readonly byte[] _buffer = new byte[256];
    private readonly long[] _verdicts = new long[(int)BfdVerdict.UnknownPeer + 1];
    private IReadOnlyList<BfdPeerOptions>? _wanted;
    private bool _closing;
    private long _lastTurnNs;
    private long _shortestDetectionNs = long.MaxValue;

    public BfdLoop(IBfdWire wire, MonotonicClock clock, Random random, BfdCallbacks callbacks)
    {
        _wire = wire;
        _clock = clock;
        _peers = new PeerTable(random);
        _callbacks = new CallbackGuard(callbacks);
        _lastTurnNs = clock.NowNs;
    }

    public PeerLink[] Links => _peers.Links;

    public long CallbackFailures => _callbacks.Failures;

    public long GapCount { get; private set; }

    public long Count(BfdVerdict verdict) => Volatile.Read(ref _verdicts[(int)verdict]);

    /// <summary>From any thread; the caller wakes the loop.</summary>
    public void SetPeers(IReadOnlyList<BfdPeerOptions> wanted) => Volatile.Write(ref _wanted, wanted);

    /// <summary>From any thread; the caller wakes the loop.</summary>
    public void Close() => Volatile.Write(ref _closing, true);

    /// <summary>Works until <see cref="Close"/>.</summary>
    public void Run()
    {
        while (!Volatile.Read(ref _closing))
            _wire.Wait(Turn());
        foreach (PeerLink link in _peers.Replace([], _wire, _clock.NowNs))
            SayGoodbye(link);
    }

    /// <summary>Does what is due; the nanoseconds to sleep then.</summary>
    public long Turn()
    {
        long nowNs = _clock.NowNs;
        NoticeGap(nowNs);
        if (Volatile.Read(ref _wanted) is not null && Interlocked.Exchange(ref _wanted, null) is { } wanted)
            foreach (PeerLink lost in _peers.Replace(wanted, _wire, nowNs))
                SayGoodbye(lost);
        ReceiveAll(nowNs);
        long wakeupNs = long.MaxValue;
        _shortestDetectionNs = long.MaxValue;
        foreach (PeerLink link in _peers.Links)
        {
            BfdState before = link.Session.State;
            link.Session.OnTime(nowNs);
            Tell(link, before);
            Transmit(link);
            wakeupNs = Math.Min(wakeupNs, link.Session.NextWakeupNs);
            _shortestDetectionNs = Math.Min(_shortestDetectionNs, link.DetectionNs);
        }

        if (_shortestDetectionNs == long.MaxValue)
            return long.MaxValue;
        return Math.Clamp(wakeupNs - _clock.NowNs, 0, _shortestDetectionNs / SleepParts);
    }

    private void NoticeGap(long nowNs)
    {
        long gapNs = nowNs - _lastTurnNs;
        _lastTurnNs = nowNs;
        if (gapNs <= _shortestDetectionNs)
            return;
        GapCount++;
        foreach (PeerLink link in _peers.Links)
            link.Session.Excuse(nowNs);
        _callbacks.Gap(gapNs);
    }

    private void ReceiveAll(long nowNs)
    {
        for (int i = 0; i < MaxPacketsPerTurn && _wire.TryReceive(_buffer, out UdpArrival arrival); i++)
        {
            BfdVerdict verdict = Receive(arrival, nowNs);
            Volatile.Write(ref _verdicts[(int)verdict], _verdicts[(int)verdict] + 1);
        }
    }

    private BfdVerdict Receive(in UdpArrival arrival, long nowNs)
    {
        if (arrival.Ttl != 255)
            return BfdVerdict.TtlNot255;
        BfdVerdict verdict = BfdPacket.TryRead(_buffer.AsSpan(0, arrival.LengthBytes), out BfdPacket packet);
        if (verdict != BfdVerdict.Accepted)
            return verdict;
        verdict = _peers.Find(packet, arrival.SourceAddress, out PeerLink? link);
        if (link is null)
            return verdict;
        BfdState before = link.Session.State;
        link.Session.Receive(packet, nowNs);
        Tell(link, before);
        return verdict;
    }

    private void Transmit(PeerLink link)
    {
        long nowNs = _clock.NowNs;
        BfdSession session = link.Session;
        while (session.IsTransmitDue(nowNs))
        {
            if (!_callbacks.IsFresh(nowNs))
            {
                session.Suppress(nowNs);
                return;
            }

            session.Write(_buffer, nowNs);
            link.Send(_wire, _buffer.AsSpan(0, BfdPacket.SizeBytes));
        }
    }

    /// <summary>Tells a lost peer that it is on purpose; several times, since there is no second chance.</summary>
    private void SayGoodbye(PeerLink link)
    {
        long nowNs = _clock.NowNs;
        BfdState before = link.Session.State;
        link.Session.TakeDown(nowNs);
        for (int i = 0; i < GoodbyePackets && _callbacks.IsFresh(nowNs); i++)
        {
            link.Session.Write(_buffer, nowNs);
            link.Send(_wire, _buffer.AsSpan(0, BfdPacket.SizeBytes));
        }

        Tell(link, before);
        link.Dispose();
    }

    private void Tell(PeerLink link, BfdState before)
    {
        BfdSession session = link.Session;
        if (session.State != before)
            _callbacks.Changed(new BfdChange(
                link.Options.Address, before, session.State, session.Cause, session.Diagnostic,
                session.RemoteDiagnostic));
    }
}
