using Hyperplane.Linux.Polling;
using Hyperplane.Linux.Sockets;
using Hyperplane.Mesh.Handshakes;
using Hyperplane.Mesh.Records;

namespace Hyperplane.Mesh.Sessions;

/// <summary>All proven connections: reads, sends, takes down.</summary>
/// <remarks>A connection is never taken down inside a handler's call: it is marked, and <see cref="Sweep"/> does the
/// rest between calls.</remarks>
internal sealed class SessionSet(MeshContext context, PeerTable peers)
{
    private const int ReadsPerTurn = 1;
    private const int MostBytesPerTurn = 16_384;
    private const int ReadsToTheEnd = 4_096;
    private readonly List<MeshSession> _live = [];
    private readonly List<MeshSession> _dirty = [];
    private readonly List<MeshSession> _ending = [];
    private readonly LingeringSessions _lingering = new(context);

    /// <summary>Connections that still deliver their last words.</summary>
    public int Lingering => _lingering.Count;

    /// <summary>A handshake is complete: the connection takes the place of an older one.</summary>
    public void Open(PeerState peer, StreamSocket socket, Handshake handshake, bool connected)
    {
        if (peer.Session is { } old)
        {
            Receive(old, toTheEnd: true);
            End(old, MeshDownReason.Replaced, tellPeer: true);
            Sweep();
        }

        SessionKeys keys = handshake.Keys!;
        var session = new MeshSession(
            peer, socket, handshake.Other.Start, connected ? keys.FromConnector : keys.FromAcceptor,
            connected ? keys.FromAcceptor : keys.FromConnector, context.Options)
        {
            UpAtNs = context.Clock.NowNs,
        };
        peer.Session = session;
        peer.Start = session.Start;
        peer.Connects++;
        _live.Add(session);
        MeshLog.Up(context.Logger, peer.Peer.NodeId, session.Start);
        context.Handler.OnUp(peer.Peer.NodeId, session.Start);
    }

    public bool TrySend(ushort node, byte type, ReadOnlySpan<byte> body)
    {
        if (peers.Find(node)?.Session is not { Ending: MeshDownReason.None } session)
            return false;
        if (!session.Writer.TryAdd(type, body))
        {
            Flush(session);
            if (session.Ending != MeshDownReason.None || !session.Writer.TryAdd(type, body))
            {
                End(session, MeshDownReason.Overflow, tellPeer: true);
                return false;
            }
        }

        session.Peer.MessagesOut++;
        if (session.IsDirty)
            return true;
        session.IsDirty = true;
        _dirty.Add(session);
        return true;
    }

    public int FreeBytes(ushort node) =>
        peers.Find(node)?.Session is { Ending: MeshDownReason.None } session ? session.Writer.FreeBytes : 0;

    /// <summary>Marks a connection; the first reason counts.</summary>
    public void End(MeshSession session, MeshDownReason reason, bool tellPeer)
    {
        if (session.Ending != MeshDownReason.None)
            return;
        session.Ending = reason;
        session.TellsPeer = tellPeer;
        _ending.Add(session);
    }

    public void EndAll(MeshDownReason reason, bool tellPeer)
    {
        foreach (MeshSession session in _live)
            End(session, reason, tellPeer);
    }

    public void AddTo(PollSet set)
    {
        foreach (MeshSession session in _live)
        {
            PollEvents write = session.Writer.QueuedBytes > 0 ? PollEvents.Writable : PollEvents.None;
            session.PollIndex = set.Add(
                session.Socket.Descriptor, PollEvents.Readable | PollEvents.PeerHangUp | write);
        }

        _lingering.AddTo(set);
    }

    /// <summary>Reads what has arrived and sends what has room.</summary>
    public void Serve(PollSet set, bool toTheEnd)
    {
        for (int i = 0; i < _live.Count; i++)
        {
            MeshSession session = _live[i];
            PollEvents happened = session.PollIndex < 0 ? PollEvents.None : set.Happened(session.PollIndex);
            bool isClosing = (happened & ~(PollEvents.Readable | PollEvents.Writable)) != PollEvents.None
                || session.SendErrno != 0;
            if (toTheEnd || isClosing || (happened & PollEvents.Readable) != PollEvents.None)
                Receive(session, toTheEnd || isClosing);
            if ((happened & PollEvents.Writable) != PollEvents.None)
                Flush(session);
        }

        _lingering.Serve(set);
    }

    /// <summary>Sends what the turn queued.</summary>
    public void FlushDirty()
    {
        foreach (MeshSession session in _dirty)
        {
            session.IsDirty = false;
            Flush(session);
        }

        _dirty.Clear();
    }

    /// <summary>Takes down what was marked.</summary>
    /// <returns>Whether a handler was told.</returns>
    public bool Sweep()
    {
        if (_ending.Count == 0)
            return false;
        for (int i = 0; i < _ending.Count; i++)
            TakeDown(_ending[i]);
        _ending.Clear();
        return true;
    }

    /// <summary>The planned end: every connection is told and lingers; the handler is not.</summary>
    public void Leave()
    {
        long nowNs = context.Clock.NowNs;
        foreach (MeshSession session in _live)
        {
            session.Peer.Session = null;
            session.Peer.LastDown = MeshDownReason.Goodbye;
            session.Writer.AddClose(MeshDownReason.Goodbye);
            Flush(session);
            _lingering.Add(session, nowNs);
        }

        _live.Clear();
    }

    /// <summary>Closes all sockets without a word.</summary>
    public void Cut()
    {
        foreach (MeshSession session in _live)
            session.Dispose();
        _live.Clear();
        _lingering.Cut();
    }

    private void Receive(MeshSession session, bool toTheEnd)
    {
        int mostReads = toTheEnd ? ReadsToTheEnd : ReadsPerTurn;
        for (int reads = 0; reads < mostReads; reads++)
        {
            if (session.Ending != MeshDownReason.None)
                return;
            Span<byte> space = session.Reader.Space();
            // A peer with much to say must not keep the others waiting: they have their turn after each piece.
            if (!toTheEnd && space.Length > MostBytesPerTurn)
                space = space[..MostBytesPerTurn];
            int count = session.Socket.Receive(space);
            if (count <= 0)
            {
                OnNothing(session, -count);
                return;
            }

            session.Peer.BytesIn += count;
            session.Reader.Received(count);
            Deliver(session);
            if (count < space.Length && !toTheEnd)
                return;
        }
    }

    private void OnNothing(MeshSession session, int errno)
    {
        if (errno is SocketErrno.Again or SocketErrno.Interrupted)
            return;
        errno = errno == 0 ? session.SendErrno : errno;
        bool isSilence = errno is SocketErrno.TimedOut or SocketErrno.HostUnreachable
            or SocketErrno.NetworkUnreachable;
        End(session, isSilence ? MeshDownReason.Unresponsive : MeshDownReason.Closed, tellPeer: false);
    }

    private void Deliver(MeshSession session)
    {
        while (session.Ending == MeshDownReason.None)
        {
            FrameVerdict verdict = session.Reader.Next(out byte type, out ReadOnlySpan<byte> body);
            if (verdict == FrameVerdict.More)
                return;
            if (verdict == FrameVerdict.Message && type <= MeshHost.MaxType)
            {
                session.Peer.MessagesIn++;
                context.Handler.OnMessage(session.Peer.Peer.NodeId, type, body);
                continue;
            }

            if (verdict == FrameVerdict.Message && type == RecordFormat.CloseType && body.Length == 1
                && body[0] is > 0 and <= (byte)MeshDownReason.Unresponsive and not (byte)MeshDownReason.Closed)
            {
                End(session, (MeshDownReason)body[0], tellPeer: false);
                return;
            }

            context.Counters.Refuse(verdict switch
            {
                FrameVerdict.BadLength => MeshRefusal.BadLength,
                FrameVerdict.BadTag => MeshRefusal.BadTag,
                _ => MeshRefusal.Malformed,
            });
            End(session, MeshDownReason.Refused, tellPeer: true);
        }
    }

    private static void Flush(MeshSession session)
    {
        while (session is { SendErrno: 0, Writer.QueuedBytes: > 0 })
        {
            ReadOnlySpan<byte> bytes = session.Writer.Sealed();
            int sent = session.Socket.Send(bytes);
            session.Peer.Sends++;
            if (sent < 0)
            {
                if (sent is -SocketErrno.Again)
                    return;
                session.SendErrno = sent is -SocketErrno.Interrupted ? 0 : -sent;
                continue;
            }

            session.Peer.BytesOut += sent;
            session.Writer.Sent(sent);
            if (sent < bytes.Length)
                return;
        }
    }

    private void TakeDown(MeshSession session)
    {
        PeerState peer = session.Peer;
        long nowNs = context.Clock.NowNs;
        bool held = nowNs - session.UpAtNs >= MonotonicClock.Ns(context.Options.RetryMax);
        _live.Remove(session);
        if (session.IsDirty)
            _dirty.Remove(session);
        peer.Session = null;
        peer.LastDown = session.Ending;
        peers.PlanRetry(peer, nowNs, held);
        if (session is { TellsPeer: true, SendErrno: 0 })
        {
            session.Writer.AddClose(session.Ending);
            Flush(session);
            _lingering.Add(session, nowNs);
        }
        else
        {
            session.Dispose();
        }

        MeshLog.Down(context.Logger, peer.Peer.NodeId, session.Start, session.Ending);
        context.Handler.OnDown(peer.Peer.NodeId, session.Start, session.Ending);
    }
}
