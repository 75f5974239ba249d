using System.Diagnostics;
using System.Globalization;
using System.Net;
using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Forward;

/// <summary>Bits a second of one TCP connection from a client to a target on one bridge, through a node on it: ours,
/// the kernel's router, nftables DNAT, HAProxy; and past it.</summary>
/// <remarks>The node gets packets of 1,500 bytes on all ways; its kernel may merge them again (GRO), as it does behind
/// a network card. Past the node, where no XDP program is, packets are not segmented at all.</remarks>
internal sealed class TcpPaths : IDisposable
{
    private const int Rounds = 3;
    private const double Seconds = 1.5;
    private const string Vip = "203.0.113.10";

    /// <summary>Takes what comes on a connection, and tells how much at its end.</summary>
    private const string Server = """
        import socket, threading
        def serve(connection):
            with connection:
                room, total = bytearray(1 << 20), 0
                while got := connection.recv_into(room):
                    total += got
                connection.sendall(total.to_bytes(8, "big"))
        tcp = socket.create_server(("", 8080), backlog=16)
        print("listening", flush=True)
        while True:
            threading.Thread(target=serve, args=(tcp.accept()[0],), daemon=True).start()
        """;

    /// <summary>Arguments: address, port, seconds. Prints bits a second up to the server's word.</summary>
    private const string Client = """
        import socket, sys, time
        data = bytes(1 << 18)
        with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10) as tcp:
            began = time.monotonic()
            while time.monotonic() - began < float(sys.argv[3]):
                tcp.sendall(data)
            tcp.shutdown(socket.SHUT_WR)
            total = int.from_bytes(tcp.recv(8), "big")
            print(total * 8 / (time.monotonic() - began))
        """;

    private const string HaproxyConfig = """
        global
          maxconn 100
        defaults
          mode tcp
          timeout connect 2s
          timeout client 10s
          timeout server 10s
        listen bench
          bind 10.0.0.1:9000
          server target 10.0.0.3:8080

        """;

    private const string NftablesRules = """
        table ip bench {
          chain prerouting {
            type nat hook prerouting priority dstnat;
            ip daddr 203.0.113.10 tcp dport 81 dnat to 10.0.0.3:8080
          }
          chain postrouting {
            type nat hook postrouting priority srcnat;
            tcp dport 8080 masquerade
          }
        }
        """;

    private static readonly string Pass = Objects.Path("pass.bpf.o");
    private readonly NetworkNamespace _bridge = NetworkNamespace.Create();
    private readonly NetworkNamespace _node = NetworkNamespace.Create();
    private readonly NetworkNamespace _target = NetworkNamespace.Create();
    private readonly NetworkNamespace _client = NetworkNamespace.Create();
    private readonly Process _server;

    private TcpPaths()
    {
        _bridge.Ip("link add br0 type bridge forward_delay 0 stp_state 0");
        _bridge.Ip("link set br0 up");
        Plug(_node, "node", "10.0.0.1/24");
        Plug(_client, "client", "10.0.0.2/24");
        Plug(_target, "target", "10.0.0.3/24");
        _client.Ip($"route add {Vip}/32 via 10.0.0.1");
        _target.Ip("route add 198.51.100.0/28 via 10.0.0.1");
        // A second address of each that the other reaches by the node alone.
        _client.Ip("addr add 10.50.0.2/32 dev lo");
        _target.Ip("addr add 10.60.0.3/32 dev lo");
        _client.Ip("route add 10.60.0.3/32 via 10.0.0.1 src 10.50.0.2");
        _target.Ip("route add 10.50.0.2/32 via 10.0.0.1 src 10.60.0.3");
        _node.Ip("route add 10.50.0.2/32 via 10.0.0.2");
        _node.Ip("route add 10.60.0.3/32 via 10.0.0.3");
        _node.Run(
            "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.send_redirects=0",
            "net.ipv4.conf.eth0.send_redirects=0", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0");
        _bridge.Ip($"link set dev node xdp obj {Pass} sec xdp");
        _server = _target.Start("/usr/bin/python3", "-c", Server);
        if (_server.StandardOutput.ReadLine() != "listening")
            throw new InvalidOperationException("the target does not listen");
    }

    /// <summary>A figure a way.</summary>
    public static void Measure(List<Figure> figures)
    {
        using var paths = new TcpPaths();
        (string Way, Func<double> Run)[] ways =
        [
            ("past_the_node", () => paths.Send("10.0.0.3", 8080)),
            ("ours", paths.Ours),
            ("router", () => paths.OnTheWire(() => paths.Send("10.60.0.3", 8080))),
            .. File.Exists(Baselines.Nftables)
                ? [("nftables", () => paths.OnTheWire(paths.Nftables))]
                : Array.Empty<(string, Func<double>)>(),
            .. File.Exists(Baselines.Haproxy)
                ? [("haproxy", () => paths.OnTheWire(paths.Haproxy))]
                : Array.Empty<(string, Func<double>)>(),
        ];
        var seen = ways.ToDictionary(way => way.Way, _ => new List<double>(), StringComparer.Ordinal);
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((string way, Func<double> run) in ways)
            {
                seen[way].Add(run() / 1e9);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"TCP {way,-18} {seen[way][^1],8:F2} Gbit/s"));
            }
        }

        double? haproxy = seen.TryGetValue("haproxy", out List<double>? all) ? Percentiles.At(all, 0.5) : null;
        foreach ((string way, List<double> rates) in seen)
            figures.Add(new Figure(
                $"tcp_{way}", Percentiles.At(rates, 0.5), "Gbit/s", null, false, way == "haproxy" ? null : haproxy,
                "haproxy"));
    }

    public void Dispose()
    {
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
        foreach (NetworkNamespace space in new[] { _client, _target, _node, _bridge })
            space.Dispose();
    }

    private double Send(string address, int port) => double.Parse(
        _client.Run(
            "/usr/bin/python3", "-c", Client, address, port.ToString(CultureInfo.InvariantCulture),
            Seconds.ToString(CultureInfo.InvariantCulture)),
        CultureInfo.InvariantCulture);

    private double Ours()
    {
        using IDataplane dataplane = BenchThread.Run(_node, -1, () => DataplaneHost.Start(
            new DataplaneOptions { Interface = "eth0", FlowCapacity = 4_096, StallTimeoutMs = 30_000 }));
        if (dataplane.Apply(Model()) is { } refusal)
            throw new InvalidOperationException(refusal);
        return Send(Vip, 80);
    }

    /// <summary>The kernel's ways get the packets that ours gets, as from a network card: without an XDP program at the
    /// node's end too, the bridge would hand over up to 64 KiB that never were segmented.</summary>
    private double OnTheWire(Func<double> run)
    {
        _node.Ip($"link set dev eth0 xdp obj {Pass} sec xdp");
        double rate = run();
        _node.Ip("link set dev eth0 xdp off");
        return rate;
    }

    private double Nftables()
    {
        _node.Run("sh", "-c", $"printf '%s' '{NftablesRules}' | nft -f -");
        double rate = Send(Vip, 81);
        _node.Run("nft", "delete", "table", "ip", "bench");
        return rate;
    }

    private double Haproxy()
    {
        string file = Path.Combine(Path.GetTempPath(), $"hpbench-{Environment.ProcessId}.cfg");
        File.WriteAllText(file, HaproxyConfig);
        using Process haproxy = _node.Start("haproxy", "-db", "-f", file);
        try
        {
            _node.Run("timeout", "10", "sh", "-c", "until ss -ltn | grep -q :9000; do sleep 0.05; done");
            return Send("10.0.0.1", 9000);
        }
        finally
        {
            haproxy.Kill(entireProcessTree: true);
            haproxy.WaitForExit();
            File.Delete(file);
        }
    }

    private void Plug(NetworkNamespace host, string port, string address)
    {
        NetworkNamespace.Join(host, "eth0", _bridge, port);
        _bridge.Ip($"link set dev {port} master br0");
        host.Ip($"addr add {address} dev eth0");
    }

    private static DataplaneModel Model() => new()
    {
        Version = 1,
        OwnPrefixes = [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28")],
        SnatAddresses = [IPAddress.Parse("198.51.100.1")],
        Gateways = [IPAddress.Parse("10.0.0.2")],
        Vips = [new VipModel(1, IPAddress.Parse(Vip), [new ListenerModel(1, IpProtocol.Tcp, 80, 1, 60_000)])],
        TargetGroups =
        [
            new TargetGroupModel(
                1, [new TargetModel(1, IPAddress.Parse("10.0.0.3"), 8080, 1, Healthy: true, Draining: false)]),
        ],
    };
}
