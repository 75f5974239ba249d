using System.Net;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Bgp;

/// <summary>
/// Turns what one session went through into a snapshot for other threads, log lines and change calls.
/// </summary>
internal sealed class PeerMonitor
{
    private readonly BgpPeerOptions _peer;
    private readonly ILogger _logger;
    private readonly Action _changed;
    private volatile PeerSnapshot _snapshot;
    private long _sentVersion;
    private string? _loggedError;

    public PeerMonitor(BgpPeerOptions peer, BgpSession session, ILogger logger, Action changed)
    {
        _peer = peer;
        _logger = logger;
        _changed = changed;
        _sentVersion = session.SentVersion;
        _snapshot = new PeerSnapshot(StatusOf(session), new HashSet<IPNetwork>());
    }

    /// <summary>As of the last look; from any thread.</summary>
    public PeerSnapshot Snapshot => _snapshot;

    /// <summary>Compares the session with the last look; only its own loop calls this.</summary>
    public void Look(BgpSession session)
    {
        PeerSnapshot before = _snapshot;
        BgpPeerStatus now = StatusOf(session);
        bool sentChanged = session.SentVersion != _sentVersion;
        if (!sentChanged && now == before.Status)
            return;
        _sentVersion = session.SentVersion;
        _snapshot = new PeerSnapshot(now, sentChanged ? session.Sent.ToHashSet() : before.Sent);
        Log(before.Status, now);
        _changed();
    }

    private void Log(BgpPeerStatus before, BgpPeerStatus now)
    {
        if (now.State != before.State)
            BgpLog.StateChanged(_logger, _peer.Address, _peer.RemoteAs, before.State, now.State);
        if (now.State == BgpState.Established)
            _loggedError = null;
        else if (before.State >= BgpState.OpenSent && now.State < BgpState.OpenSent)
            BgpLog.SessionEnded(_logger, _peer.Address, _peer.RemoteAs, _loggedError = now.LastError);
        else if (now.LastError is not null && now.LastError != _loggedError)
            BgpLog.NotConnected(_logger, _peer.Address, _peer.RemoteAs, _loggedError = now.LastError);
        if (now.State == BgpState.Established && now.PrefixesSent != before.PrefixesSent)
            BgpLog.PrefixesSent(_logger, _peer.Address, _peer.RemoteAs, now.PrefixesSent);
        if (now.PrefixesUnsendable > 0 && now.PrefixesUnsendable != before.PrefixesUnsendable)
            BgpLog.PrefixesUnsendable(_logger, _peer.Address, _peer.RemoteAs, now.PrefixesUnsendable);
    }

    private BgpPeerStatus StatusOf(BgpSession session) => new(
        _peer.Address,
        _peer.Port,
        _peer.RemoteAs,
        session.State,
        session.PrefixesSent,
        session.PrefixesUnsendable,
        session.LastError);
}
