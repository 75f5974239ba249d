using Hyperplane.Linux.Polling;
using Hyperplane.Linux.Sockets;
using Hyperplane.Linux.Threads;
using Hyperplane.Mesh.Handshakes;
using Hyperplane.Mesh.Sessions;

namespace Hyperplane.Mesh.Hosting;

/// <summary>The mesh thread: waits, reads, lets the handler work, sends.</summary>
internal sealed class MeshLoop
{
    private const int MostRounds = 3;
    private readonly MeshContext _context;
    private readonly MeshRequests _requests;
    private readonly MeshAlarm _alarm;
    private readonly PeerTable _peers;
    private readonly SessionSet _sessions;
    private readonly PendingSet _pending;
    private readonly StreamSocket _listener;
    private readonly PollSet _set = new();
    private bool _isRestarting;
    private readonly long _gapLimitNs;
    private long _turnAtNs;

    public MeshLoop(MeshContext context, MeshRequests requests, MeshAlarm alarm, PeerTable peers, StreamSocket listener)
    {
        _context = context;
        _requests = requests;
        _alarm = alarm;
        _peers = peers;
        _listener = listener;
        _sessions = new SessionSet(context, peers);
        MeshOptions options = context.Options;
        var identity = new MeshIdentity(options.Cell, options.NodeId, options.Start, options.Key.ToArray());
        _pending = new PendingSet(context, identity, listener, peers, _sessions);
        _gapLimitNs = MonotonicClock.Ns(options.GapLimit);
        Start = options.Start;
    }

    public SessionSet Sessions => _sessions;

    /// <summary>This node's incarnation.</summary>
    public ulong Start { get; private set; }

    /// <summary>Runs until asked to end.</summary>
    public void Run()
    {
        if (_context.Options.RealTimePriority > 0)
            _ = RealTime.TryEnter(_context.Options.RealTimePriority);
        try
        {
            _context.Handler.OnStart();
            long nextNs = 0;
            _turnAtNs = _context.Clock.NowNs;
            while (!_requests.IsEnd && !_requests.IsGoodbye)
                nextNs = Turn(nextNs);
            if (!_requests.IsEnd)
                SayGoodbye();
        }
        finally
        {
            _pending.Cut();
            _sessions.Cut();
            _listener.Dispose();
        }
    }

    public void Restart(ulong start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(start, Start);
        Start = start;
        _isRestarting = true;
        _sessions.EndAll(MeshDownReason.Replaced, tellPeer: false);
    }

    /// <summary>One turn.</summary>
    /// <returns>When the next one has to be.</returns>
    private long Turn(long nextNs)
    {
        Wait(nextNs);
        ApplyPeers();
        bool afterGap = SeeGap();
        for (int rounds = 0; rounds == 0 || (afterGap && rounds < MostRounds); rounds++)
        {
            _sessions.Serve(_set, afterGap);
            _pending.Serve(_set, _context.Clock.NowNs);
            Sweep();
            afterGap = SeeGap(); // time may have been lost while reading, too
        }

        Volatile.Write(ref _context.Counters.Turns, _context.Counters.Turns + 1);
        long wantedNs = _context.Handler.OnTurn(_context.Clock.NowNs);
        _sessions.FlushDirty();
        while (Sweep())
        {
            wantedNs = 0;
            _sessions.FlushDirty();
        }

        return wantedNs;
    }

    private bool Sweep()
    {
        if (_isRestarting)
        {
            _isRestarting = false;
            _pending.Restart(Start);
            _sessions.EndAll(MeshDownReason.Replaced, tellPeer: false); // those that came up in between
        }

        return _sessions.Sweep();
    }

    private void Wait(long nextNs)
    {
        _set.Clear();
        int alarmIndex = _set.Add(_alarm.Descriptor, PollEvents.Readable);
        _pending.AddTo(_set);
        _sessions.AddTo(_set);
        _context.Handler.Watch(_set);
        long nowNs = _context.Clock.NowNs;
        long untilNs = Math.Min(Math.Min(nextNs, _pending.NextNs()), nowNs + (_gapLimitNs / 3));
        _set.Wait(untilNs - nowNs);
        _alarm.Reset((_set.Happened(alarmIndex) & PollEvents.Readable) != PollEvents.None);
    }

    private void ApplyPeers()
    {
        if (_requests.TakePeers() is not { } peers)
            return;
        foreach (PeerState gone in _peers.Apply(peers, _context.Clock.NowNs))
        {
            _pending.Forget(gone);
            if (gone.Session is { } session)
                _sessions.End(session, MeshDownReason.Removed, tellPeer: true);
        }
    }

    private bool SeeGap()
    {
        long nowNs = _context.Clock.NowNs;
        long gapNs = nowNs - _turnAtNs;
        _turnAtNs = nowNs;
        if (gapNs <= _gapLimitNs)
            return false;
        Volatile.Write(ref _context.Counters.Gaps, _context.Counters.Gaps + 1);
        MeshLog.Gap(_context.Logger, gapNs / 1_000_000);
        _context.Handler.OnGap(gapNs);
        return true;
    }

    private void SayGoodbye()
    {
        _listener.Dispose();
        _pending.Cut();
        _sessions.Leave();
        long endNs = _context.Clock.NowNs + MonotonicClock.Ns(_context.Options.GoodbyeLimit);
        while (_sessions.Lingering > 0 && _context.Clock.NowNs < endNs && !_requests.IsEnd)
        {
            _set.Clear();
            int alarmIndex = _set.Add(_alarm.Descriptor, PollEvents.Readable);
            _sessions.AddTo(_set);
            _set.Wait(endNs - _context.Clock.NowNs);
            _alarm.Reset((_set.Happened(alarmIndex) & PollEvents.Readable) != PollEvents.None);
            _sessions.Serve(_set, toTheEnd: false);
        }
    }
}
