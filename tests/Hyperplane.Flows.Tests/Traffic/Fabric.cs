using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>Two routers between clients, nodes and targets, and the nodes' own subnet: each cable keeps order, frames
/// may be lost or come twice.</summary>
internal sealed class Fabric(SimulatedCell cell, double loss)
{
    private const int FirstRouter = 1_000;
    private const int FirstHost = 100_000;

    private readonly Dictionary<(int From, int To), FabricLink> _links = [];
    private readonly Dictionary<uint, (int Router, Action<Segment> Receive)> _hosts = [];

    public Router[] Routers { get; } = [new Router(1), new Router(2)];

    /// <summary>Told of every frame that reaches a node.</summary>
    public Action<ushort, byte[]> ReachesNode { get; set; } = static (_, _) => { };

    /// <summary>The share of frames that are lost; as many come twice.</summary>
    public double Loss { get; set; } = loss;

    public void AddHost(uint addressBe, int router, Action<Segment> receive) =>
        _hosts[addressBe] = (router, receive);

    /// <summary>Nodes whose cables are out.</summary>
    public HashSet<ushort> Unplugged { get; } = [];

    /// <summary>Frames between a node and one router, or another node, take longer.</summary>
    public void Slow(ushort node, int router, long extraNs)
    {
        Link(FirstRouter + router, node).ExtraNs = extraNs;
        Link(node, FirstRouter + router).ExtraNs = extraNs;
    }

    /// <summary>A client or target sends; what a target answers itself comes by no node.</summary>
    public void FromHost(Segment segment)
    {
        uint to = segment.Key.Destination.Ipv4Be;
        if (_hosts.TryGetValue(to, out (int Router, Action<Segment> Receive) host))
        {
            Carry(Link(FirstRouter + host.Router, FirstHost + (int)(to >> 16)), () => host.Receive(segment));
            return;
        }
        int router = _hosts[segment.Key.Source.Ipv4Be].Router;
        bool isToVip = segment.Key.Destination.Ipv4Be == TrafficModel.VipBe;
        ushort node = Routers[router].Choose(segment.Key, isToVip);
        if (node != 0)
            Carry(FirstRouter + router, node, segment.ToFrame(CellNextHops.MacOf(node), CellNextHops.RouterMac));
    }

    /// <summary>A node sends.</summary>
    public void FromNode(ushort node, byte[] frame)
    {
        if (Unplugged.Contains(node))
            return;
        EthernetView.TryRead(frame, out EthernetView ethernet);
        ushort peer = CellNextHops.NodeOf(ethernet.DestinationMac);
        if (peer != 0)
        {
            Carry(node, peer, frame);
            return;
        }
        bool isDirect = Segment.TryUnwrap(ref frame, out PacketAddress end);
        Segment segment = Segment.Read(frame);
        PacketAddress to = isDirect ? end : segment.Key.Destination;
        if (!_hosts.TryGetValue(to.Ipv4Be, out (int Router, Action<Segment> Receive) host))
            Assert.Fail("a frame to nobody");
        Carry(Link(node, FirstRouter + host.Router), () => host.Receive(segment));
    }

    private void Carry(int from, ushort node, byte[] frame) =>
        Carry(Link(from, node), () =>
        {
            if (!Unplugged.Contains(node))
                ReachesNode(node, (byte[])frame.Clone());
        });

    private void Carry(FabricLink link, Action arrive)
    {
        if (Loss > 0 && cell.Chance.NextDouble() < Loss)
            return;
        link.LastNs = Math.Max(link.LastNs + 500, cell.NowNs + link.ExtraNs + cell.Chance.NextInt64(20_000, 150_000));
        cell.At(link.LastNs, arrive);
        if (Loss > 0 && cell.Chance.NextDouble() < Loss)
            cell.At(link.LastNs + 250, arrive);
    }

    private FabricLink Link(int from, int to)
    {
        if (!_links.TryGetValue((from, to), out FabricLink? link))
            _links.Add((from, to), link = new FabricLink());
        return link;
    }
}
