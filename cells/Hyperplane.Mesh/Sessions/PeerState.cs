namespace Hyperplane.Mesh.Sessions;

/// <summary>A peer, its connection and its counters; the mesh thread writes, reports read.</summary>
internal sealed class PeerState(MeshPeer peer, bool weConnect)
{
    public MeshPeer Peer { get; } = peer;

    /// <summary>The lower node id connects.</summary>
    public bool WeConnect { get; } = weConnect;

    public MeshSession? Session { get; set; }

    /// <summary>A connection of ours is in its handshake.</summary>
    public bool IsConnecting { get; set; }

    /// <summary>Attempts since a connection last held.</summary>
    public int Failures { get; set; }

    /// <summary>When to connect again.</summary>
    public long RetryAtNs { get; set; }

    /// <summary>Greatest start that a proven connection named; 0 before the first.</summary>
    public ulong Start { get; set; }

    public long Connects { get; set; }

    public long Attempts { get; set; }

    public long MessagesIn { get; set; }

    public long MessagesOut { get; set; }

    public long BytesIn { get; set; }

    public long BytesOut { get; set; }

    public long Sends { get; set; }

    public MeshDownReason LastDown { get; set; }

    public MeshPeerStatus ToStatus() => new(
        Peer.NodeId, Peer.Address, Session is not null, Start, Connects, Attempts, MessagesIn, MessagesOut, BytesIn,
        BytesOut, Sends, Session?.Writer.QueuedBytes ?? 0, LastDown);
}
