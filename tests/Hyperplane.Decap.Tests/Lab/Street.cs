using System.Diagnostics;
using Hyperplane.Decap.Tests.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Lab;

/// <summary>A client, a router, and a target that has the VIPs. Without a node the router drops what goes to them,
/// while a program on it wraps the same frames up for the target; the answers it routes like any packet.</summary>
internal sealed class Street : IDisposable
{
    private const int TunnelMtuBytes = 1_600;

    // Answers connections and datagrams to the VIPs, and to nothing else, with what it got.
    private const string Server = """
        import socket, sys, threading
        def serve(connection):
            with connection:
                while data := connection.recv(65536):
                    connection.sendall(data)
        def accept(listener):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        def answer(udp):
            while True:
                data, peer = udp.recvfrom(65536)
                udp.sendto(data, peer)
        for vip in sys.argv[1:]:
            family = socket.AF_INET6 if ":" in vip else socket.AF_INET
            udp = socket.socket(family, socket.SOCK_DGRAM)
            udp.bind((vip, 53))
            threading.Thread(target=answer, args=(udp,), daemon=True).start()
            listener = socket.create_server((vip, 80), family=family)
            threading.Thread(target=accept, args=(listener,), daemon=True).start()
        print("listening", flush=True)
        sys.stdin.read()
        """;

    // Arguments: encapsulation, outer source, outer destination, its MAC address, VIPs.
    private const string Balancer = """
        import socket, struct, sys
        kind, source, destination, mac = sys.argv[1:5]
        family = socket.AF_INET6 if ":" in source else socket.AF_INET
        ends = socket.inet_pton(family, source), socket.inet_pton(family, destination)
        vips = {socket.inet_pton(socket.AF_INET6 if ":" in vip else socket.AF_INET, vip) for vip in sys.argv[5:]}
        near = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        near.bind(("near", 3))
        far = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        far.bind(("far", 0))
        own = far.getsockname()[4]

        def udp(port, payload):
            return struct.pack("!HHHH", 50000, port, 8 + len(payload), 0) + payload

        def ip(protocol, payload):
            if family == socket.AF_INET6:
                return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + ends[0] + ends[1] + payload
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0)
            header += ends[0] + ends[1]
            total = sum(struct.unpack("!10H", header))
            total = (total & 0xffff) + (total >> 16)
            total = (total & 0xffff) + (total >> 16)
            return header[:10] + struct.pack("!H", total ^ 0xffff) + header[12:] + payload

        def wrap(packet, type):
            protocol = 4 if type == 0x0800 else 41
            if kind == "Ip":
                return ip(protocol, packet)
            if kind.startswith("Gre"):
                key = b"\x20\x00" + struct.pack("!HI", type, 7) if kind == "GreWithKey" else struct.pack("!HH", 0, type)
                return ip(47, key + packet)
            if kind == "Gue":
                return ip(17, udp(6080, struct.pack("!BBH", 0, protocol, 0) + packet))
            return ip(17, udp(4789, bytes([8, 0, 0, 0, 0, 0, 7, 0]) + bytes(12) + struct.pack("!H", type) + packet))

        print("balancing", flush=True)
        ethernet = bytes.fromhex(mac.replace(":", "")) + own
        ethernet += b"\x86\xdd" if family == socket.AF_INET6 else b"\x08\x00"
        while True:
            frame, address = near.recvfrom(65536)
            type = struct.unpack("!H", frame[12:14])[0]
            to = frame[30:34] if type == 0x0800 else frame[38:54] if type == 0x86dd else None
            if address[2] != socket.PACKET_OUTGOING and to in vips:
                far.send(ethernet + wrap(frame[14:], type))
        """;

    // Arguments: VIP, bytes, largest datagram. One connection, then datagrams of one flow.
    private const string Client = """
        import os, socket, sys
        vip, count = sys.argv[1], int(sys.argv[2])
        data = os.urandom(count)
        with socket.create_connection((vip, 80), timeout=10) as s:
            s.settimeout(10)
            back = b""
            for start in range(0, count, 20000):
                s.sendall(data[start:start + 20000])
                while len(back) < min(start + 20000, count):
                    back += s.recv(65536)
            assert back == data, "other bytes came back"
        s = socket.socket(socket.AF_INET6 if ":" in vip else socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(10)
        s.connect((vip, 53))
        for size in (0, 1, 18, int(sys.argv[3])):
            s.send(data[:size])
            assert s.recv(65536) == data[:size], "another datagram came back"
        print("same bytes")
        """;

    private readonly List<NetworkNamespace> _spaces = [];
    private readonly Process _server;

    /// <param name="hasNode">Whether a node, <see cref="Node"/>, gets what goes to the VIPs.</param>
    /// <param name="farMtuBytes">The longest packet between router, node and target.</param>
    /// <param name="queues">Of the node's interface; frames come to any of them by chance.</param>
    public Street(bool hasNode = false, int farMtuBytes = TunnelMtuBytes, int queues = 1)
    {
        NetworkNamespace client = From = Add();
        NetworkNamespace router = Router = Add();
        NetworkNamespace target = Target = Add();
        NetworkNamespace.Join(client, "eth0", router, "near");
        if (hasNode)
            Node = PlugNode(queues);
        else
            NetworkNamespace.Join(target, "eth0", router, "far");
        (NetworkNamespace Space, string Device, int Net, int Host)[] ends =
        [
            (client, "eth0", 1, 2), (router, "near", 1, 1), (target, "eth0", 2, 3), (router, "far", 2, 1),
            .. Node is null ? [] : ((NetworkNamespace, string, int, int)[])[(Node, "eth0", 2, 4)],
        ];
        foreach ((NetworkNamespace space, string device, int net, int host) in ends)
        {
            space.Ip($"link set dev {device} mtu {(net == 2 ? farMtuBytes : 1_500)}");
            space.Ip($"addr add 10.{net}.0.{host}/24 dev {device}");
            space.Ip($"addr add fd0{net}::{host}/64 dev {device} nodad");
            if (device != "eth0")
                continue;
            space.Ip($"route add default via 10.{net}.0.1");
            space.Ip($"route add default via fd0{net}::1 dev eth0");
        }

        router.Run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        foreach (int version in new[] { 4, 6 })
        {
            router.Ip(hasNode
                ? $"route add {Wire.Vip(version)} via {(version == 4 ? "10.2.0.4" : "fd02::4")}"
                : $"route add blackhole {Wire.Vip(version)}");
            target.Ip($"addr add {Wire.Vip(version)} dev lo");
        }

        _server = target.Start("/usr/bin/python3", "-c", Server, Wire.Vip(4), Wire.Vip(6));
        Assert.Equal("listening", _server.StandardOutput.ReadLine());
        TargetMac = target.Run("cat", "/sys/class/net/eth0/address").Trim();
    }

    public NetworkNamespace From { get; }

    public NetworkNamespace Router { get; }

    public NetworkNamespace Target { get; }

    /// <summary>10.2.0.4 and fd02::4; null without.</summary>
    public NetworkNamespace? Node { get; }

    public string TargetMac { get; }

    /// <summary>Starts wrapping up; the caller ends it by <see cref="Stop"/>.</summary>
    public Process Balance(Encapsulation encapsulation, int outerVersion)
    {
        (string from, string to) = outerVersion == 4 ? ("10.2.0.1", "10.2.0.3") : ("fd02::1", "fd02::3");
        Process balancer = Router.Start(
            "/usr/bin/python3", "-c", Balancer, $"{encapsulation}", from, to, TargetMac, Wire.Vip(4), Wire.Vip(6));
        Assert.Equal("balancing", balancer.StandardOutput.ReadLine());
        return balancer;
    }

    /// <summary>Has the target's kernel gather what comes in and merge segments of a connection (GRO).</summary>
    public void MergeAtTarget()
    {
        Target.Run("ethtool", "-K", "eth0", "gro", "on");
        Target.Run("sh", "-c", "echo 1 > /sys/class/net/eth0/threaded");
    }

    /// <summary>A connection and some datagrams of the client to a VIP, whose bytes must come back.</summary>
    public void Converse(int innerVersion, int bytes, int largestDatagram = 1_400) => Assert.Equal(
        "same bytes\n",
        From.Run("/usr/bin/python3", "-c", Client, Wire.Vip(innerVersion), $"{bytes}", $"{largestDatagram}"));

    /// <summary>Has the client forget what it was told of the path's MTU.</summary>
    public void ForgetPathMtu()
    {
        From.Ip("route flush cache");
        From.Ip("-6 route flush cache");
    }

    /// <summary>Ends a program that was started in a namespace.</summary>
    public static void Stop(Process process)
    {
        using (process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Stop(_server);
        foreach (NetworkNamespace space in _spaces)
            space.Dispose();
    }

    /// <summary>A bridge in the router's place, with node and target on it. What a node's XDP program sends reaches a
    /// veth's other end only where there is a program too.</summary>
    private NetworkNamespace PlugNode(int queues)
    {
        NetworkNamespace node = Add();
        Router.Ip("link add far type bridge forward_delay 0 stp_state 0 mcast_snooping 0");
        Router.Ip("link set far up");
        foreach ((NetworkNamespace space, string port) in new[] { (Target, "target"), (node, "node") })
        {
            NetworkNamespace.Join(space, "eth0", Router, port, space == node ? queues : 1);
            Router.Ip($"link set dev {port} mtu {TunnelMtuBytes}");
            Router.Ip($"link set dev {port} master far");
        }

        foreach (string port in queues > 1 ? ["near", "target"] : Array.Empty<string>())
            Router.Spray(port);
        string program = Path.Combine(SharedLayoutTests.Root, "artifacts/bpf/pass.bpf.o");
        Router.Ip($"link set dev node xdp obj {program} sec xdp");
        return node;
    }

    private NetworkNamespace Add()
    {
        var space = NetworkNamespace.Create();
        _spaces.Add(space);
        return space;
    }
}
