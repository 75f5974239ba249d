using Hyperplane.Linux.Polling;
using Hyperplane.Linux.Sockets;

namespace Hyperplane.Mesh.Sessions;

/// <summary>Connections that this side has ended, until the peer has read why: queue, end of stream, then the peer's
/// own end or the limit.</summary>
/// <remarks>A socket closed with unread bytes resets the connection and drops what it had to send, therefore what
/// still arrives is read and forgotten.</remarks>
internal sealed class LingeringSessions(MeshContext context)
{
    private const int Most = 64;
    private readonly List<MeshSession> _sessions = [];
    private readonly byte[] _forgotten = new byte[65_536];

    public int Count => _sessions.Count;

    public void Add(MeshSession session, long nowNs)
    {
        session.LingerUntilNs = nowNs + MonotonicClock.Ns(context.Options.LingerLimit);
        session.PollIndex = -1;
        _sessions.Add(session);
        if (session.Writer.QueuedBytes == 0)
            session.Socket.ShutdownSend();
        if (_sessions.Count > Most)
            Remove(0);
    }

    public void AddTo(PollSet set)
    {
        foreach (MeshSession session in _sessions)
        {
            PollEvents write = session.Writer.QueuedBytes > 0 ? PollEvents.Writable : PollEvents.None;
            session.PollIndex = set.Add(session.Socket.Descriptor, PollEvents.Readable | write);
        }
    }

    public void Serve(PollSet set)
    {
        if (_sessions.Count == 0)
            return;
        long nowNs = context.Clock.NowNs;
        for (int i = _sessions.Count - 1; i >= 0; i--)
        {
            MeshSession session = _sessions[i];
            PollEvents happened = session.PollIndex < 0 ? PollEvents.None : set.Happened(session.PollIndex);
            if (nowNs >= session.LingerUntilNs || (happened != PollEvents.None && !Continue(session)))
                Remove(i);
        }
    }

    public void Cut()
    {
        while (_sessions.Count > 0)
            Remove(_sessions.Count - 1);
    }

    private bool Continue(MeshSession session)
    {
        int received = session.Socket.Receive(_forgotten);
        if (received == 0 || (received < 0 && received is not (-SocketErrno.Again or -SocketErrno.Interrupted)))
            return false;
        if (session.Writer.QueuedBytes == 0)
            return true;
        int sent = session.Socket.Send(session.Writer.Sealed());
        if (sent < 0)
            return sent is -SocketErrno.Again or -SocketErrno.Interrupted;
        session.Writer.Sent(sent);
        if (session.Writer.QueuedBytes == 0)
            session.Socket.ShutdownSend();
        return true;
    }

    private void Remove(int index)
    {
        _sessions[index].Dispose();
        _sessions.RemoveAt(index);
    }
}
