using System.Net;
using Hyperplane.Mesh.Sessions;

namespace Hyperplane.Mesh.Handshakes;

/// <summary>Knows a node from the list of peers only: its id, its address, which side connects, its newest
/// start.</summary>
internal sealed class PeerJudge(PeerTable peers, IPAddress from, PeerState? connectedTo) : IHandshakeJudge
{
    public MeshRefusal Judge(ushort node, ulong start)
    {
        PeerState? peer = peers.Find(node);
        bool isRight = connectedTo is null
            ? peer is { WeConnect: false } && peer.Peer.Address.Address.Equals(from)
            : peer == connectedTo;
        if (!isRight)
            return MeshRefusal.UnknownNode;
        return start < peer!.Start ? MeshRefusal.OlderStart : MeshRefusal.None;
    }
}
