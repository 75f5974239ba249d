using System.Net.Sockets;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The other nodes of the cell in the XDP program's maps: who lives, and by which MAC addresses and
/// tunnels their frames are known.</summary>
/// <remarks>A node that dies is written first. MAC addresses come by the next hops, whose array the program reads too,
/// so a node without one is not relayed to. <see cref="Use"/> by one thread at a time, <see cref="OnNextHop"/> by any,
/// also while the next hops are locked: so they are not called under the lock here.</remarks>
internal sealed class PeerMaps(BpfMap peers, BpfMap macs, BpfMap addresses, ushort ownNode)
{
    private readonly Dictionary<ushort, PeerEntry> _written = [];
    private readonly Dictionary<uint, ushort> _nodeOfAddress = [];
    private readonly Dictionary<uint, ushort> _nodeOfHop = [];
    private readonly Dictionary<uint, ulong> _macOfHop = [];
    private readonly Lock _changing = new();

    /// <summary>Replaces the nodes.</summary>
    /// <param name="nodes">All that are known; this one is left out.</param>
    /// <param name="nextHops">Gives the nodes their next hops; reading one takes no lock.</param>
    public void Use(IEnumerable<PeerNode> nodes, INextHops nextHops)
    {
        PeerNode[] others = [.. nodes.Where(node => node.NodeId != ownNode)];
        var wanted = others.ToDictionary(node => node.NodeId, node => EntryOf(node, nextHops));
        lock (_changing)
        {
            UseAddresses(others);
            foreach (ushort gone in _written.Keys.Except(wanted.Keys).ToList())
                Write(gone, default);
            foreach ((ushort node, PeerEntry entry) in wanted.OrderBy(peer => peer.Value.Alive))
                Write(node, entry);
            _nodeOfHop.Clear();
            foreach ((ushort node, PeerEntry entry) in wanted.Where(IsOnSubnet))
                _nodeOfHop[entry.NextHop] = node;
            foreach (uint hop in _macOfHop.Keys.Except(_nodeOfHop.Keys).ToList())
                WriteMac(hop, 0);
            foreach (uint hop in _nodeOfHop.Keys)
                WriteMac(hop, nextHops.TryGet(hop, out NextHop known) ? known.DestinationMac : 0);
        }
    }

    /// <summary>Notes a next hop that changed.</summary>
    public void OnNextHop(uint index, in NextHop hop)
    {
        lock (_changing)
        {
            if (_nodeOfHop.ContainsKey(index))
                WriteMac(index, hop.Resolved != 0 ? hop.DestinationMac : 0);
        }
    }

    private static PeerEntry EntryOf(PeerNode node, INextHops nextHops)
    {
        uint addressBe = AddressOf(node);
        uint direct = addressBe == 0 ? 0 : nextHops.Direct(new PacketAddress(addressBe));
        uint hop = direct != 0 || addressBe == 0 ? direct : nextHops.For(new PacketAddress(addressBe));
        return new PeerEntry
        {
            Start = node.Start,
            NextHop = hop,
            Alive = node.IsAlive && node.Start != 0 && hop != 0 ? 1u : 0u,
            TunnelAddressBe = direct == 0 ? addressBe : 0,
        };
    }

    private static uint AddressOf(PeerNode node) =>
        node.Address.AddressFamily == AddressFamily.InterNetwork ? AddressBytes.Be(node.Address) : 0;

    private static bool IsOnSubnet(KeyValuePair<ushort, PeerEntry> peer) =>
        peer.Value.NextHop != 0 && peer.Value.TunnelAddressBe == 0;

    private void UseAddresses(PeerNode[] nodes)
    {
        var wanted = nodes.Where(node => AddressOf(node) != 0).DistinctBy(AddressOf)
            .ToDictionary(AddressOf, node => node.NodeId);
        foreach (uint gone in _nodeOfAddress.Keys.Except(wanted.Keys).ToList())
        {
            Check(addresses.Delete(in gone), "taking a node's address from the XDP program");
            _nodeOfAddress.Remove(gone);
        }
        foreach ((uint address, ushort node) in wanted)
        {
            if (_nodeOfAddress.TryGetValue(address, out ushort written) && written == node)
                continue;
            Check(addresses.Update(in address, (uint)node), $"giving node {node}'s address to the XDP program");
            _nodeOfAddress[address] = node;
        }
    }

    private void Write(ushort node, in PeerEntry entry)
    {
        if (_written.TryGetValue(node, out PeerEntry written) && written == entry)
            return;
        Check(peers.Update((uint)node, in entry), $"giving node {node} to the XDP program");
        if (entry == default)
            _written.Remove(node);
        else
            _written[node] = entry;
    }

    private void WriteMac(uint hop, ulong mac)
    {
        ulong former = _macOfHop.GetValueOrDefault(hop);
        if (mac == former)
            return;
        _macOfHop.Remove(hop);
        if (former != 0 && !_macOfHop.ContainsValue(former))
            Check(macs.Delete(in former), $"taking MAC address {former:x12} from the XDP program");
        if (mac == 0)
            return;
        Check(macs.Update(in mac, (uint)_nodeOfHop[hop]), $"giving MAC address {mac:x12} to the XDP program");
        _macOfHop[hop] = mac;
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
            throw new KernelException(what, error, "");
    }
}
