using System.Diagnostics;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A node, a target and a near client on one bridge; a far client behind the router that holds the
/// bridge.</summary>
internal sealed class Fabric : IDisposable
{
    public const string Vip = "203.0.113.10";
    public const int TcpPort = 80;
    public const int UdpPort = 53;
    public const uint TcpListener = 11;
    public const uint UdpListener = 12;
    public const uint TargetId = 21;

    // Answers every connection and datagram with what it got; says when it listens.
    private const string EchoServer = """
        import socket, threading
        def serve(connection):
            with connection:
                while data := connection.recv(65536):
                    connection.sendall(data)
        def datagrams():
            while True:
                data, peer = udp.recvfrom(65536)
                udp.sendto(data, peer)
        tcp = socket.create_server(("", 8080), family=socket.AF_INET6, backlog=128, dualstack_ipv6=True)
        udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        udp.bind(("", 5353))
        threading.Thread(target=datagrams, daemon=True).start()
        print("listening", flush=True)
        while True:
            threading.Thread(target=serve, args=(tcp.accept()[0],), daemon=True).start()
        """;

    // Arguments: address, connections, bytes a connection.
    private const string TcpClient = """
        import os, socket, sys
        for i in range(int(sys.argv[2])):
            data = os.urandom(int(sys.argv[3]))
            with socket.create_connection((sys.argv[1], 80), timeout=10) as s:
                s.settimeout(10)
                back = b""
                for start in range(0, len(data), 20000):
                    s.sendall(data[start:start + 20000])
                    while len(back) < min(start + 20000, len(data)):
                        back += s.recv(65536)
                assert back == data, "other bytes came back"
        print("same bytes")
        """;

    private const string UdpClient = """
        import os, socket, sys
        s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(5)
        s.connect((sys.argv[1], 53))
        for i in range(int(sys.argv[2])):
            data = os.urandom(int(sys.argv[3]))
            s.send(data)
            assert s.recv(65536) == data, "other bytes came back"
        print("same bytes")
        """;

    private readonly List<NetworkNamespace> _spaces = [];
    private readonly Process _server;

    /// <param name="queues">Of the node's interface; frames come to any of them by chance.</param>
    public Fabric(int queues = 1)
    {
        Router = Add();
        Node = Add();
        Target = Add();
        NearClient = Add();
        FarClient = Add();
        Router.Ip("link add br0 type bridge forward_delay 0 stp_state 0");
        Router.Ip("link set br0 up");
        Router.Ip("addr add 10.0.0.254/24 dev br0");
        Plug(Node, "10.0.0.1", "node", queues);
        Plug(Target, "10.0.0.3", "target");
        Plug(NearClient, "10.0.0.2", "near");
        NetworkNamespace.Join(Router, "far", FarClient, "eth0");
        Router.Ip("addr add 10.9.0.1/24 dev far");
        FarClient.Ip("addr add 10.9.0.2/24 dev eth0");
        FarClient.Ip("route add default via 10.9.0.1");
        Router.Run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        Router.Ip("route add 203.0.113.0/24 via 10.0.0.1");
        NearClient.Ip("route add 203.0.113.0/24 via 10.0.0.1");
        Target.Ip("route add 198.51.100.0/28 via 10.0.0.1");
        foreach (string port in queues > 1 ? ["far", "near", "target"] : Array.Empty<string>())
            Router.Spray(port);
        Router.Ip($"link set dev node xdp obj {Path.Combine(SourceTree.Root, "artifacts/bpf/pass.bpf.o")} sec xdp");
        _server = Target.Start("/usr/bin/python3", "-c", EchoServer);
        Assert.Equal("listening", _server.StandardOutput.ReadLine());
    }

    public NetworkNamespace Router { get; }

    public NetworkNamespace Node { get; }

    public NetworkNamespace Target { get; }

    public NetworkNamespace NearClient { get; }

    public NetworkNamespace FarClient { get; }

    public static DataplaneOptions Options { get; } =
        new() { Interface = "eth0", FlowCapacity = 4_096, HalfOpenCapacity = 1_024, StallTimeoutMs = 30_000 };

    public static DataplaneModel Model { get; } = new()
    {
        Version = 1,
        OwnPrefixes = [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28")],
        SnatAddresses = [IPAddress.Parse("198.51.100.1")],
        Gateways = [IPAddress.Parse("10.0.0.254")],
        Vips =
        [
            new VipModel(1, IPAddress.Parse(Vip),
            [
                new ListenerModel(TcpListener, IpProtocol.Tcp, TcpPort, 1, 60_000),
                new ListenerModel(UdpListener, IpProtocol.Udp, UdpPort, 2, 60_000),
            ]),
        ],
        TargetGroups = [Group(1, TargetId, 8080), Group(2, TargetId + 1, 5353)],
    };

    public IDataplane Start(DataplaneOptions? options = null) =>
        NamespaceThread.Run(Node, () => DataplaneHost.Start(options ?? Options));

    /// <summary>Gives the node and the near client IPv6, and a way to VIPs of 2001:db8:10::/48.</summary>
    public void AddIpv6()
    {
        Node.Ip("addr add 2001:db8:9::1/64 dev eth0 nodad");
        NearClient.Ip("addr add 2001:db8:9::2/64 dev eth0 nodad");
        NearClient.Ip("route add 2001:db8:10::/48 via 2001:db8:9::1");
    }

    /// <summary>Real connections to the VIP, one after the other, whose bytes must come back.</summary>
    public static void Connect(NetworkNamespace from, int connections, int bytes, string vip = Vip) => Assert.Equal(
        "same bytes\n",
        from.Run("/usr/bin/python3", "-c", TcpClient, vip, $"{connections}", $"{bytes}"));

    /// <summary>Datagrams of one flow to the VIP, one after the other, that must come back.</summary>
    public static void Exchange(NetworkNamespace from, int datagrams, int bytes, string vip = Vip) => Assert.Equal(
        "same bytes\n",
        from.Run("/usr/bin/python3", "-c", UdpClient, vip, $"{datagrams}", $"{bytes}"));

    /// <summary>Received minus every way a frame can end; 0 when each is accounted for.</summary>
    public static long Unaccounted(DataplaneCounters counters)
    {
        long left = 0;
        foreach (PacketCounter counter in Enum.GetValues<PacketCounter>())
        {
            long frames = (long)counters.Packets[(int)counter];
            left += counter switch
            {
                PacketCounter.Received or PacketCounter.Released or PacketCounter.ResetSent
                    or PacketCounter.ProbeSent or PacketCounter.TooBigSent or PacketCounter.Cut
                    or PacketCounter.HeaderSent => frames,
                PacketCounter.Punted or PacketCounter.Unreplicated or PacketCounter.DirectoryFull
                    or PacketCounter.HandedOver => 0,
                _ => -frames,
            };
        }

        return left;
    }

    /// <summary>No frame found a queue or a ring full.</summary>
    public static void ExpectNoneLost(DataplaneCounters counters) => Assert.All(
        [PacketCounter.DropReceiveFull, PacketCounter.DropHandOverFull, PacketCounter.DropTransmitFull],
        counter => Assert.Equal(0UL, counters.Packets[(int)counter]));

    public void Dispose()
    {
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
        foreach (NetworkNamespace space in _spaces)
            space.Dispose();
    }

    private static TargetGroupModel Group(uint id, uint targetId, ushort port) => new(
        id, [new TargetModel(targetId, IPAddress.Parse("10.0.0.3"), port, 1, Healthy: true, Draining: false)]);

    private NetworkNamespace Add()
    {
        var space = NetworkNamespace.Create();
        _spaces.Add(space);
        return space;
    }

    private void Plug(NetworkNamespace host, string address, string port, int queues = 1)
    {
        NetworkNamespace.Join(host, "eth0", Router, port, queues);
        Router.Ip($"link set dev {port} master br0");
        host.Ip($"addr add {address}/24 dev eth0");
    }
}
