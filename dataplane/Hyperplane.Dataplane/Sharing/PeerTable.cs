using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>The other nodes of the cell as the packet path sees them; immutable, swapped whole.</summary>
/// <remarks>A cell has at most 16 nodes: searches are linear.</remarks>
internal sealed class PeerTable
{
    private readonly ushort[] _nodes;
    private readonly ulong[] _starts;
    private readonly bool[] _alive;
    private readonly uint[] _hops;
    private readonly INextHops _nextHops;

    /// <summary>Asks for the peers' MAC addresses on the way; off the packet path.</summary>
    /// <param name="peers">IPv4 on the same subnet; others cannot be relayed to.</param>
    /// <param name="nextHops">Resolves them.</param>
    /// <param name="ownNode">Left out.</param>
    public PeerTable(IEnumerable<PeerNode> peers, INextHops nextHops, ushort ownNode)
    {
        PeerNode[] others = [.. peers.Where(peer => peer.NodeId != ownNode)];
        _nextHops = nextHops;
        _nodes = Array.ConvertAll(others, peer => peer.NodeId);
        _starts = Array.ConvertAll(others, peer => peer.Start);
        _alive = Array.ConvertAll(others, peer => peer.IsAlive && peer.Start != 0);
        _hops = Array.ConvertAll(others, peer =>
            peer.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                ? nextHops.Direct(AddressBytes.Be(peer.Address))
                : 0);
    }

    /// <summary>Whether an owner lives: the node runs, and with this start.</summary>
    public bool Lives(ushort node, ulong start)
    {
        int index = Array.IndexOf(_nodes, node);
        return index >= 0 && _alive[index] && _starts[index] == start;
    }

    /// <summary>The Ethernet side of a node; false while its MAC address is not known.</summary>
    public bool TryGetHop(ushort node, out NextHop hop)
    {
        hop = default;
        int index = Array.IndexOf(_nodes, node);
        return index >= 0 && _hops[index] != 0 && _nextHops.TryGet(_hops[index], out hop);
    }

    /// <summary>The node with this MAC address, or 0.</summary>
    public ushort FindByMac(ulong mac)
    {
        for (int i = 0; i < _nodes.Length; i++)
        {
            if (_hops[i] != 0 && _nextHops.TryGet(_hops[i], out NextHop hop) && hop.DestinationMac == mac)
                return _nodes[i];
        }
        return 0;
    }
}
