using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
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
    private readonly uint[] _addressesBe;
    private readonly INextHops _nextHops;

    /// <summary>Asks for the peers' MAC addresses on the way; off the packet path.</summary>
    /// <param name="peers">With IPv4; others cannot be relayed to.</param>
    /// <param name="nextHops">Resolves them.</param>
    /// <param name="ownNode">Left out.</param>
    public PeerTable(IEnumerable<PeerNode> peers, INextHops nextHops, ushort ownNode)
    {
        PeerNode[] others = [.. peers.Where(peer => peer.NodeId != ownNode)];
        _nextHops = nextHops;
        _nodes = Array.ConvertAll(others, peer => peer.NodeId);
        _starts = Array.ConvertAll(others, peer => peer.Start);
        _alive = Array.ConvertAll(others, peer => peer.IsAlive && peer.Start != 0);
        _addressesBe = Array.ConvertAll(others, peer =>
            peer.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                ? AddressBytes.Be(peer.Address)
                : 0);
        _hops = Array.ConvertAll(_addressesBe, address => address == 0 ? 0 : nextHops.Direct(address));
    }

    /// <summary>Whether an owner lives: the node runs, and with this start.</summary>
    public bool Lives(ushort node, ulong start)
    {
        int index = Array.IndexOf(_nodes, node);
        return index >= 0 && _alive[index] && _starts[index] == start;
    }

    /// <summary>The Ethernet side of a node on the same subnet; false while its MAC address is not known.</summary>
    public bool TryGetHop(ushort node, out NextHop hop)
    {
        hop = default;
        int index = Array.IndexOf(_nodes, node);
        return index >= 0 && _hops[index] != 0 && _nextHops.TryGet(_hops[index], out hop);
    }

    /// <summary>Where the tunnel to a node begins: false when it is on the same subnet, has no IPv4 address, or no
    /// gateway answers.</summary>
    public bool TryGetTunnel(ushort node, out NextHop hop, out uint addressBe)
    {
        (hop, addressBe) = (default, 0);
        int index = Array.IndexOf(_nodes, node);
        if (index < 0 || _hops[index] != 0 || _addressesBe[index] == 0)
            return false;
        addressBe = _addressesBe[index];
        return _nextHops.TryGet(_nextHops.For(new PacketAddress(addressBe)), out hop);
    }

    /// <summary>The node with this address, network order, or 0.</summary>
    public ushort FindByAddress(uint addressBe)
    {
        int index = addressBe == 0 ? -1 : Array.IndexOf(_addressesBe, addressBe);
        return index < 0 ? (ushort)0 : _nodes[index];
    }

    /// <summary>Where the fragments of a packet meet: the node whose number hashes highest with the packet's key, of
    /// those that live and have an IPv4 address.</summary>
    public ushort HomeOf(in FlowKey packet, ushort ownNode)
    {
        ushort home = ownNode;
        ulong highest = FlowHash.Of(packet, ownNode);
        for (int i = 0; i < _nodes.Length; i++)
        {
            ulong hash = FlowHash.Of(packet, _nodes[i]);
            if (!_alive[i] || _addressesBe[i] == 0 || hash < highest)
                continue;
            (home, highest) = (_nodes[i], hash);
        }
        return home;
    }

    /// <summary>The node with this MAC address, or that sent a frame by the tunnel; or 0.</summary>
    public ushort FindByMac(ulong mac)
    {
        for (int i = 0; i < _nodes.Length; i++)
        {
            if (_hops[i] != 0 && _nextHops.TryGet(_hops[i], out NextHop hop) && hop.DestinationMac == mac)
                return _nodes[i];
        }
        return GueTunnel.NodeOf(mac);
    }
}
