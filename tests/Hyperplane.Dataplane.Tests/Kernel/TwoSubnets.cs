using System.Diagnostics;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Two nodes on two subnets, and between them a router that is client and target too; whatever the directory
/// of the first node is asked for is the second node's.</summary>
internal sealed class TwoSubnets : IDisposable
{
    private const int LinkMtuBytes = 1_600;

    private const string EchoServer = """
        import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("10.8.8.1", 5353))
        print("listening", flush=True)
        while True:
            data, peer = s.recvfrom(65536)
            s.sendto(data, peer)
        """;

    // Arguments: datagrams, bytes of each, tries of each. Always the same flow.
    private const string Client = """
        import os, socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("10.9.9.1", 40000))
        s.connect(("203.0.113.10", 53))
        s.settimeout(1)
        for i in range(int(sys.argv[1])):
            data = os.urandom(int(sys.argv[2]))
            for left in reversed(range(int(sys.argv[3]))):
                s.send(data)
                try:
                    while s.recv(65536) != data: pass
                    break
                except TimeoutError:
                    assert left > 0, f"datagram {i} was lost"
        print("same bytes")
        """;

    private readonly List<IDisposable> _owned = [];
    private readonly NetworkNamespace _middle;
    private readonly Process _server;

    public TwoSubnets()
    {
        _middle = Own(NetworkNamespace.Create());
        foreach (string setting in new[] { "ip_forward=1", "conf.all.rp_filter=0", "conf.default.rp_filter=0" })
            _middle.Run("sysctl", "-qw", $"net.ipv4.{setting}");
        _middle.Ip("addr add 10.9.9.1/32 dev lo");
        _middle.Ip("addr add 10.8.8.1/32 dev lo");
        _server = _middle.Start("/usr/bin/python3", "-c", EchoServer);
        Assert.Equal("listening", _server.StandardOutput.ReadLine());
        Relay = Start(1, relaysTo: 2);
        Owner = Start(2, relaysTo: 0);
        Relay.UsePeers([Peer(2)]);
        Owner.UsePeers([Peer(1)]);
        Assert.Null(Relay.Apply(ModelOf(1)));
        Assert.Null(Owner.Apply(ModelOf(2)));
    }

    public IDataplane Relay { get; }

    public IDataplane Owner { get; }

    /// <summary>Has the router send the VIP's packets to a node, cut to a length beforehand.</summary>
    public void RouteTo(int node, int mtuBytes = 1_500) =>
        _middle.Ip($"route replace 203.0.113.0/24 via 10.0.{node}.1 src 10.9.9.1 mtu {mtuBytes}");

    /// <summary>Datagrams of one flow, each of which must come back.</summary>
    public void Exchange(int datagrams, int bytes, int tries = 1) => Assert.Equal(
        "same bytes\n", _middle.Run("/usr/bin/python3", "-c", Client, $"{datagrams}", $"{bytes}", $"{tries}"));

    public static ulong Count(IDataplane node, PacketCounter counter) => node.ReadCounters().Packets[(int)counter];

    public void Dispose()
    {
        Relay?.Dispose();
        Owner?.Dispose();
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
        foreach (IDisposable owned in _owned)
            owned.Dispose();
    }

    private static PeerNode Peer(int node) => new((ushort)node, IPAddress.Parse($"10.0.{node}.1"), (ulong)node, true);

    private static DataplaneModel ModelOf(int node) => Fabric.Model with
    {
        SnatAddresses = [IPAddress.Parse($"198.51.100.{(node - 1) * 8}")],
        Gateways = [IPAddress.Parse($"10.0.{node}.254")],
        TargetGroups =
        [
            .. Fabric.Model.TargetGroups.Select(group => group with
            {
                Targets = [group.Targets[0] with { Address = IPAddress.Parse("10.8.8.1"), Port = 5353 }],
            }),
        ],
    };

    private IDataplane Start(int node, int relaysTo)
    {
        NetworkNamespace space = Own(NetworkNamespace.Create());
        NetworkNamespace.Join(space, "eth0", _middle, $"to{node}");
        space.Ip($"link set dev eth0 mtu {LinkMtuBytes}");
        _middle.Ip($"link set dev to{node} mtu {LinkMtuBytes}");
        space.Ip($"addr add 10.0.{node}.1/24 dev eth0");
        _middle.Ip($"addr add 10.0.{node}.254/24 dev to{node}");
        _middle.Ip($"route add 198.51.100.{(node - 1) * 8}/29 via 10.0.{node}.1 mtu 1500");
        string pass = Path.Combine(SourceTree.Root, "artifacts/bpf/pass.bpf.o");
        _middle.Ip($"link set dev to{node} xdp obj {pass} sec xdp");
        var directory = Own(new OneSidedDirectory((ushort)relaysTo));
        return NamespaceThread.Run(space, () => DataplaneHost.Start(Fabric.Options with
        {
            NodeId = (ushort)node, Start = (ulong)node, Exchange = directory.Exchange,
        }));
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Add(part);
        return part;
    }
}
