using System.Diagnostics;
using System.Globalization;
using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Kernel;
using Hyperplane.Decap.Tests.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Lab;

/// <summary>The kernel's own VXLAN as the sender, over a veth with all of its offloads on: at tc packets come in
/// as segments of many kilobytes whose checksums nobody has computed yet.</summary>
public sealed class OffloadTests
{
    private const int Bytes = 4_000_000;

    private const string Install =
        "install --interface eth0 --tunnel-address 10.2.0.3 fd02::3 --from 10.2.0.1 fd02::1 --vni 7";

    // Answers with the digest of what came.
    private const string Sink = """
        import hashlib, socket, sys
        listener = socket.create_server((sys.argv[1], 80), family=int(sys.argv[2]))
        print("listening", flush=True)
        connection, peer = listener.accept()
        connection.settimeout(20)
        digest = hashlib.sha256()
        while data := connection.recv(1 << 20):
            digest.update(data)
        connection.sendall(digest.hexdigest().encode())
        """;

    private const string Source = """
        import hashlib, os, socket, sys
        data = os.urandom(int(sys.argv[2]))
        with socket.create_connection((sys.argv[1], 80), timeout=20) as s:
            s.settimeout(20)
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            answer = b""
            while more := s.recv(100):
                answer += more
        assert answer.decode() == hashlib.sha256(data).hexdigest(), "other bytes arrived"
        print("same bytes")
        """;

    public OffloadTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    public static TheoryData<string, int, int, int> Ways => new(
        from hook in Enum.GetNames<HookKind>()
        from outer in new[] { 4, 6 }
        from inner in new[] { 4, 6 }
        from mtuBytes in new[] { 1_500, 9_000 }
        where mtuBytes == 1_500 || outer == inner
        select (hook, outer, inner, mtuBytes));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Large_segments_without_checksums_come_out_right(string hook, int outer, int inner, int mtuBytes)
    {
        using NetworkNamespace sender = NetworkNamespace.Create();
        using NetworkNamespace target = NetworkNamespace.Create();
        Connect(sender, target, outer, inner, mtuBytes);
        Hpdecap.Do(target, $"{Install} --vip {Wire.Vip(inner)} --hook {hook.ToLowerInvariant()}");
        Process sink = target.Start(
            "/usr/bin/python3", "-c", Sink, Wire.Vip(inner), inner == 4 ? "2" : "10");
        try
        {
            Assert.Equal("listening", sink.StandardOutput.ReadLine());
            Assert.Equal(
                "same bytes\n",
                sender.Run(
                    "/usr/bin/python3", "-c", Source, Wire.Vip(inner), Bytes.ToString(CultureInfo.InvariantCulture)));
        }
        finally
        {
            Street.Stop(sink);
        }

        Dictionary<DecapCounter, long> frames = Hpdecap.Count(target);
        // Towards a veth with an XDP program the kernel cuts them up before.
        bool isCut = hook == nameof(HookKind.Xdp);
        Assert.InRange(
            frames[DecapCounter.UnwrappedVxlan],
            isCut ? Bytes / mtuBytes : 1,
            isCut ? long.MaxValue : Bytes / mtuBytes / 2);
        Assert.Equal(0, frames[DecapCounter.DropKernelRefused]);
        Assert.Equal("0", WrongChecksums(target));
    }

    /// <summary>Datagrams that one call hands over in one piece (UDP_SEGMENT). Towards a veth with an XDP program the
    /// kernel cuts them apart, at tc it could not any more.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Merged_datagrams_are_dropped_by_name_at_tc_and_come_out_each_at_XDP(int inner)
    {
        using NetworkNamespace sender = NetworkNamespace.Create();
        using NetworkNamespace target = NetworkNamespace.Create();
        Connect(sender, target, 4, inner);
        Process sink = target.Start("/usr/bin/python3", "-c", Datagrams, Wire.Vip(inner));
        try
        {
            Assert.Equal("listening", sink.StandardOutput.ReadLine());
            Hpdecap.Do(target, $"{Install} --vip {Wire.Vip(inner)}");
            sender.Run("/usr/bin/python3", "-c", MergedDatagrams, Wire.Vip(inner), "lost");
            Assert.Equal(1, Hpdecap.Count(target)[DecapCounter.DropMergedDatagrams]);
            Hpdecap.Do(target, $"{Install} --vip {Wire.Vip(inner)} --hook xdp");
            sender.Run("/usr/bin/python3", "-c", MergedDatagrams, Wire.Vip(inner), "kept");
            Assert.Equal("10 kept", sink.StandardOutput.ReadLine());
            Assert.Equal(1, Hpdecap.Count(target)[DecapCounter.DropMergedDatagrams]);
        }
        finally
        {
            Street.Stop(sink);
        }
    }

    // Tells the first ten datagrams' common beginning.
    private const string Datagrams = """
        import socket, sys
        s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((sys.argv[1], 53))
        s.settimeout(20)
        print("listening", flush=True)
        seen = [s.recv(65536) for _ in range(10)]
        assert all(len(one) == 1000 for one in seen) and len({one[:4] for one in seen}) == 1
        print(len(seen), seen[0][:4].decode(), flush=True)
        """;

    private const string MergedDatagrams = """
        import socket, sys
        UDP_SEGMENT = 103
        s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
        s.connect((sys.argv[1], 53))
        s.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 1000)
        s.send(sys.argv[2].encode().ljust(1000) * 10)
        """;

    /// <summary>Of TCP, as the kernel counts them.</summary>
    private static string WrongChecksums(NetworkNamespace target)
    {
        string[][] tcp =
        [
            .. target.Run("cat", "/proc/net/snmp").Split('\n')
                .Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))
                .Select(line => line.Split(' ')),
        ];
        return tcp[1][Array.IndexOf(tcp[0], "InCsumErrors")];
    }

    private static void Connect(
        NetworkNamespace sender, NetworkNamespace target, int outer, int inner, int mtuBytes = 1_500)
    {
        sender.Ip($"link add dev eth0 type veth peer name eth0 netns {target.Name}");
        foreach ((NetworkNamespace space, int host) in new[] { (sender, 1), (target, 3) })
        {
            space.Ip($"link set dev eth0 mtu {mtuBytes} up");
            space.Ip($"addr add 10.2.0.{host}/24 dev eth0");
            space.Ip($"addr add fd02::{host}/64 dev eth0 nodad");
            space.Run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0");
        }

        (string local, string remote) = outer == 4 ? ("10.2.0.1", "10.2.0.3") : ("fd02::1", "fd02::3");
        sender.Ip($"link add vx type vxlan id 7 local {local} remote {remote} dstport 4789 nolearning dev eth0");
        sender.Ip("link set dev vx up");
        target.Ip($"addr add {Wire.Vip(inner)} dev lo");
        sender.Ip($"neigh add {Wire.Vip(inner)} lladdr 02:00:00:00:00:07 dev vx");
        sender.Ip($"route add {Wire.Vip(inner)} dev vx src {(inner == 4 ? "10.2.0.1" : "fd02::1")}");
    }
}
