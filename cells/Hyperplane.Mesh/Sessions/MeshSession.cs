using Hyperplane.Linux.Sockets;
using Hyperplane.Mesh.Records;

namespace Hyperplane.Mesh.Sessions;

/// <summary>A proven connection.</summary>
internal sealed class MeshSession : IDisposable
{
    private readonly FrameCipher _seals;
    private readonly FrameCipher _opens;

    public MeshSession(
        PeerState peer, StreamSocket socket, ulong start, byte[] sendKey, byte[] receiveKey, MeshOptions options)
    {
        Peer = peer;
        Socket = socket;
        Start = start;
        _seals = new FrameCipher(sendKey);
        _opens = new FrameCipher(receiveKey);
        Writer = new FrameWriter(_seals, options.SendQueueBytes);
        Reader = new FrameReader(_opens, options.MaxFrameBytes);
    }

    public PeerState Peer { get; }

    public StreamSocket Socket { get; }

    public ulong Start { get; }

    public FrameWriter Writer { get; }

    public FrameReader Reader { get; }

    /// <summary>Monotonic time of its begin.</summary>
    public long UpAtNs { get; init; }

    /// <summary>Why it ends; it is taken down at the next sweep.</summary>
    public MeshDownReason Ending { get; set; }

    /// <summary>Whether the peer is told why.</summary>
    public bool TellsPeer { get; set; }

    /// <summary>errno of a failed send, 0 before: nothing more is sent, what the socket still holds for us is read
    /// first.</summary>
    public int SendErrno { get; set; }

    /// <summary>The queue has messages of this turn.</summary>
    public bool IsDirty { get; set; }

    /// <summary>When a connection that delivers its last words is cut.</summary>
    public long LingerUntilNs { get; set; }

    /// <summary>Its place in the set that is waited on; -1 when it is not in it.</summary>
    public int PollIndex { get; set; } = -1;

    public void Dispose()
    {
        Socket.Dispose();
        _seals.Dispose();
        _opens.Dispose();
    }
}
