using System.Net;
using Hyperplane.Linux.Polling;
using Hyperplane.Linux.Sockets;
using Hyperplane.Mesh.Sessions;

namespace Hyperplane.Mesh.Handshakes;

/// <summary>A connection that is not proven yet.</summary>
internal sealed class PendingConnection(
    StreamSocket socket, Handshake handshake, PeerState? connectedTo, IPAddress from, long deadlineNs)
{
    public StreamSocket Socket { get; } = socket;

    public Handshake Handshake { get; } = handshake;

    /// <summary>The peer, when this side connects.</summary>
    public PeerState? ConnectedTo { get; } = connectedTo;

    public IPAddress From { get; } = from;

    public long DeadlineNs { get; } = deadlineNs;

    /// <summary>The kernel still connects.</summary>
    public bool IsConnecting { get; set; }

    public int PollIndex { get; set; } = -1;

    public PollEvents Awaited => IsConnecting ? PollEvents.Writable : PollEvents.Readable;

    /// <summary>Goes as far as the bytes that are there allow.</summary>
    public MeshRefusal Continue()
    {
        if (IsConnecting)
        {
            if (Socket.TakeError() != 0)
                return MeshRefusal.HandshakeClosed;
            IsConnecting = false;
        }

        if (!TrySendOutput())
            return MeshRefusal.HandshakeClosed;
        while (!Handshake.IsComplete)
        {
            int count = Socket.Receive(Handshake.Space);
            if (count is -SocketErrno.Again or -SocketErrno.Interrupted)
                return MeshRefusal.None;
            if (count <= 0)
                return MeshRefusal.HandshakeClosed;
            MeshRefusal refusal = Handshake.Received(count);
            if (refusal != MeshRefusal.None)
                return refusal;
            if (!TrySendOutput())
                return MeshRefusal.HandshakeClosed;
        }

        return MeshRefusal.None;
    }

    /// <summary>Some hundred bytes always fit into the buffer of a new connection, or it is not worth
    /// having.</summary>
    private bool TrySendOutput()
    {
        int bytes = Handshake.Output.Length;
        if (bytes == 0)
            return true;
        bool isSent = Socket.Send(Handshake.Output) == bytes;
        Handshake.OutputTaken();
        return isSent;
    }
}
