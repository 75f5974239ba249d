using System.Net;
using System.Security.Cryptography;
using Hyperplane.Linux.Polling;
using Hyperplane.Linux.Sockets;
using Hyperplane.Mesh.Sessions;

namespace Hyperplane.Mesh.Handshakes;

/// <summary>All connections in their handshake, those that peers begin and those that this side begins.</summary>
internal sealed class PendingSet(
    MeshContext context, MeshIdentity identity, StreamSocket listener, PeerTable peers, SessionSet sessions)
{
    private const int AcceptsPerTurn = 128;
    private const long AcceptPauseNs = 100_000_000;
    private readonly List<PendingConnection> _pending = [];
    private readonly byte[] _nonce = new byte[MeshHello.NonceBytes];
    private MeshIdentity _identity = identity;
    private int _listenerIndex = -1;
    private long _acceptAtNs;

    public void AddTo(PollSet set)
    {
        bool accepts = context.Clock.NowNs >= _acceptAtNs;
        _listenerIndex = accepts ? set.Add(listener.Descriptor, PollEvents.Readable) : -1;
        foreach (PendingConnection pending in _pending)
            pending.PollIndex = set.Add(pending.Socket.Descriptor, pending.Awaited);
    }

    /// <summary>Accepts, connects, goes on with handshakes, ends those that take too long.</summary>
    public void Serve(PollSet set, long nowNs)
    {
        for (int i = _pending.Count - 1; i >= 0; i--)
        {
            PendingConnection pending = _pending[i];
            if (pending.PollIndex >= 0 && set.Happened(pending.PollIndex) != PollEvents.None)
                Continue(pending);
            else if (nowNs >= pending.DeadlineNs)
                Refuse(pending, MeshRefusal.HandshakeTimeout);
        }

        if (_listenerIndex >= 0 && set.Happened(_listenerIndex) != PollEvents.None)
            AcceptAll(nowNs);
        foreach (PeerState peer in peers.All)
        {
            if (IsDue(peer) && nowNs >= peer.RetryAtNs)
                Connect(peer, nowNs);
        }
    }

    /// <summary>When <see cref="Serve"/> has something to do without an event.</summary>
    public long NextNs()
    {
        long nextNs = _listenerIndex < 0 ? _acceptAtNs : long.MaxValue;
        foreach (PendingConnection pending in _pending)
            nextNs = Math.Min(nextNs, pending.DeadlineNs);
        foreach (PeerState peer in peers.All)
        {
            if (IsDue(peer))
                nextNs = Math.Min(nextNs, peer.RetryAtNs);
        }

        return nextNs;
    }

    /// <summary>Ends all handshakes; those that follow name another start.</summary>
    public void Restart(ulong start)
    {
        _identity = _identity with { Start = start };
        Cut();
    }

    /// <summary>Ends the handshake with a peer that is no more in the list.</summary>
    public void Forget(PeerState peer)
    {
        if (_pending.Find(one => one.ConnectedTo == peer) is { } pending)
            Remove(pending);
    }

    public void Cut()
    {
        while (_pending.Count > 0)
            Remove(_pending[^1]);
    }

    private static bool IsDue(PeerState peer) => peer is { WeConnect: true, IsConnecting: false, Session: null };

    private void AcceptAll(long nowNs)
    {
        for (int i = 0; i < AcceptsPerTurn; i++)
        {
            int error = listener.Accept(context.Options.Listen.AddressFamily, out StreamSocket? socket,
                out IPEndPoint? from);
            if (error is -SocketErrno.ConnectionAborted or -SocketErrno.Interrupted)
                continue;
            if (error != 0)
            {
                // For example no descriptor is left: the listener stays readable, so it is not looked at for a while.
                _acceptAtNs = error == -SocketErrno.Again ? 0 : nowNs + AcceptPauseNs;
                return;
            }

            MeshRefusal refusal = Judge(from!.Address);
            if (refusal != MeshRefusal.None)
            {
                socket!.Dispose();
                Count(from.Address, refusal);
                continue;
            }

            RandomNumberGenerator.Fill(_nonce);
            Add(socket!, Handshake.Accept(_identity, _nonce, new PeerJudge(peers, from.Address, null)), null,
                from.Address, nowNs);
        }
    }

    private MeshRefusal Judge(IPAddress from)
    {
        if (!peers.HasAddress(from))
            return MeshRefusal.UnknownAddress;
        int incoming = 0;
        foreach (PendingConnection pending in _pending)
            incoming += pending.ConnectedTo is null ? 1 : 0;
        return incoming >= context.Options.MaxPendingHandshakes ? MeshRefusal.TooManyPending : MeshRefusal.None;
    }

    private void Connect(PeerState peer, long nowNs)
    {
        peer.Attempts++;
        int answer = StreamSocket.Connect(context.Options.Listen.Address, peer.Peer.Address, out StreamSocket? socket);
        if (socket is null)
        {
            MeshLog.NotConnected(context.Logger, peer.Peer.NodeId, -answer);
            peers.PlanRetry(peer, nowNs, held: false);
            return;
        }

        RandomNumberGenerator.Fill(_nonce);
        IPAddress address = peer.Peer.Address.Address;
        peer.IsConnecting = true;
        PendingConnection pending = Add(socket,
            Handshake.Connect(_identity, peer.Peer.NodeId, _nonce, new PeerJudge(peers, address, peer)), peer, address,
            nowNs);
        pending.IsConnecting = true;
    }

    private PendingConnection Add(
        StreamSocket socket, Handshake handshake, PeerState? peer, IPAddress address, long nowNs)
    {
        socket.Prepare((int)context.Options.UserTimeout.TotalMilliseconds);
        var pending = new PendingConnection(
            socket, handshake, peer, address, nowNs + MonotonicClock.Ns(context.Options.HandshakeLimit));
        _pending.Add(pending);
        return pending;
    }

    private void Continue(PendingConnection pending)
    {
        MeshRefusal refusal = pending.Continue();
        Handshake handshake = pending.Handshake;
        if (refusal == MeshRefusal.None && !handshake.IsComplete)
            return;
        if (refusal != MeshRefusal.None)
        {
            Refuse(pending, refusal);
            return;
        }

        _pending.Remove(pending);
        PeerState peer = peers.Find(handshake.Other.Node)!;
        peer.IsConnecting = false;
        sessions.Open(peer, pending.Socket, handshake, connected: pending.ConnectedTo is not null);
    }

    private void Refuse(PendingConnection pending, MeshRefusal refusal)
    {
        Count(pending.From, refusal);
        Remove(pending);
    }

    private void Count(IPAddress from, MeshRefusal refusal)
    {
        context.Counters.Refuse(refusal);
        MeshLog.Refused(context.Logger, from, refusal);
    }

    private void Remove(PendingConnection pending)
    {
        _pending.Remove(pending);
        pending.Socket.Dispose();
        if (pending.ConnectedTo is not { } peer)
            return;
        peer.IsConnecting = false;
        peers.PlanRetry(peer, context.Clock.NowNs, held: false);
    }
}
