using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A whole dataplane on an interface with four queues, at one of which each frame arrives by chance: the
/// frames of a flow, of either direction, its errors and fragments come to all pipelines.</summary>
public sealed class QueuesHostTests : IDisposable
{
    private const int Queues = 4;
    private const string Vip6 = "2001:db8:10::10";
    private const string MixedVip = "2001:db8:10::20";

    private readonly Fabric? _fabric;
    private readonly OneSidedDirectory _directory = new(owner: 0);

    public QueuesHostTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _fabric = new Fabric(Queues);
        _fabric.Router.Run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1");
        _fabric.Router.Ip("addr add fd00::254/64 dev br0 nodad");
        _fabric.Router.Ip("addr add fd09::1/64 dev far nodad");
        _fabric.Node.Ip("addr add fd00::1/64 dev eth0 nodad");
        _fabric.Target.Ip("addr add fd00::3/64 dev eth0 nodad");
        _fabric.FarClient.Ip("addr add fd09::2/64 dev eth0 nodad");
        _fabric.FarClient.Ip("route add default via fd09::1");
        _fabric.Router.Ip("route add 2001:db8:10::/64 via fd00::1");
        _fabric.Target.Ip("route add 2001:db8:20::/64 via fd00::1");
    }

    private static DataplaneModel Model
    {
        get
        {
            DataplaneModel model = Fabric.Model;
            ImmutableArray<VipModel> vips =
            [
                .. model.Vips,
                VipOf(2, Vip6, 13, tcpGroup: 3, udpGroup: 4),
                VipOf(3, MixedVip, 15, tcpGroup: 1, udpGroup: 2),
            ];
            return model with
            {
                Vips = vips,
                OwnPrefixes =
                [
                    .. model.OwnPrefixes, IPNetwork.Parse("2001:db8:10::/64"), IPNetwork.Parse("2001:db8:20::/64"),
                ],
                SnatAddresses = [.. model.SnatAddresses, IPAddress.Parse("2001:db8:20::1")],
                TargetGroups = [.. model.TargetGroups, GroupOf(3, 31, 8080), GroupOf(4, 32, 5353)],
            };
        }
    }

    public void Dispose()
    {
        _fabric?.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void No_connection_breaks_wherever_its_frames_arrive_and_every_frame_is_accounted_for()
    {
        using IDataplane dataplane = Start(Fabric.Options with { Queues = Queues });
        Fabric.Connect(_fabric!.FarClient, connections: 60, bytes: 100_000);
        Fabric.Connect(_fabric.NearClient, connections: 20, bytes: 100_000);
        Fabric.Connect(_fabric.FarClient, connections: 30, bytes: 100_000, Vip6);
        Fabric.Connect(_fabric.FarClient, connections: 30, bytes: 100_000, MixedVip);
        Fabric.Exchange(_fabric.FarClient, datagrams: 200, bytes: 1_000);
        Fabric.Exchange(_fabric.FarClient, datagrams: 50, bytes: 1_000, Vip6);
        Assert.Null(dataplane.Fault);
        DataplaneCounters counters = Settled(dataplane);
        Assert.Equal((80UL, 30UL, 30UL), (
            counters.Listeners[Fabric.TcpListener].NewFlows, counters.Listeners[13].NewFlows,
            counters.Listeners[15].NewFlows));
        Assert.Equal(
            (200UL, 200UL), (
                counters.Listeners[Fabric.UdpListener].PacketsIn, counters.Listeners[Fabric.UdpListener].PacketsOut));
        Fabric.ExpectNoneLost(counters);
        // Three of four frames come to another pipeline than their flow's.
        ulong punted = Count(counters, PacketCounter.Punted);
        Assert.InRange(Count(counters, PacketCounter.HandedOver), punted / 2, punted);
    }

    [Fact]
    public void Connections_end_in_the_kernel_and_each_ones_pipeline_is_told()
    {
        const int Connections = 40;
        const string Client = """
            import socket, sys
            sockets = []
            for i in range(int(sys.argv[2])):
                s = socket.create_connection((sys.argv[1], 80), timeout=10)
                s.sendall(b"x")
                assert s.recv(1) == b"x"
                sockets.append(s)
            print("open", flush=True)
            sys.stdin.readline()
            for s in sockets:
                s.shutdown(socket.SHUT_WR)
            for s in sockets:
                assert s.recv(1) == b""
            print("closed", flush=True)
            """;
        using IDataplane dataplane = Start(Fabric.Options);
        foreach (string vip in new[] { Fabric.Vip, Vip6, MixedVip })
        {
            using Process client = _fabric!.FarClient.Start("/usr/bin/python3", "-c", Client, vip, $"{Connections}");
            Assert.Equal("open", client.StandardOutput.ReadLine());
            DataplaneCounters open = Settled(dataplane);
            Assert.Equal(Connections, open.Listeners.Values.Sum(listener => (long)listener.ActiveFlows));
            client.StandardInput.WriteLine();
            Assert.Equal("closed", client.StandardOutput.ReadLine());
            client.WaitForExit();
            Eventually.Holds(() =>
                dataplane.ReadCounters().Listeners.Values.All(listener => listener.ActiveFlows == 0));
            Assert.Equal(Count(open, PacketCounter.Punted), Count(Settled(dataplane), PacketCounter.Punted));
        }
    }

    private bool AreTold() => ErrorsAtTarget("/proc/net/snmp6", "Icmp6InPktTooBigs") >= 5
        && ErrorsAtTarget("/proc/net/snmp", "InDestUnreachs:") >= 5;

    [Fact]
    public void Errors_and_fragments_find_their_flows_pipeline_with_the_directorys_word()
    {
        using IDataplane dataplane = Start(Fabric.Options with { Exchange = _directory.Exchange, Start = 1 });
        // What targets send no longer fits behind the router: they have to be told.
        _fabric!.Router.Ip("route add 10.9.0.2/32 dev far mtu lock 1280");
        _fabric.Router.Ip("route add fd09::2/128 dev far mtu lock 1280");
        // The router limits how many errors it sends a second.
        for (int i = 0; i < 5 || (i < 20 && !AreTold()); i++)
        {
            Fabric.Connect(_fabric.FarClient, connections: 4, bytes: 60_000);
            Fabric.Connect(_fabric.FarClient, connections: 4, bytes: 60_000, Vip6);
            _fabric.Target.Ip("route flush cache");
        }
        Assert.True(AreTold());
        _fabric.Router.Ip("route del 10.9.0.2/32 dev far");
        _fabric.Router.Ip("route del fd09::2/128 dev far");
        // Nobody repeats a datagram whose answer finds its neighbour's MAC address unknown.
        Fabric.Connect(_fabric.NearClient, connections: 1, bytes: 1_000);
        Fabric.Exchange(_fabric.FarClient, datagrams: 100, bytes: 6_000);
        Fabric.Exchange(_fabric.NearClient, datagrams: 100, bytes: 6_000);
        Fabric.Exchange(_fabric.FarClient, datagrams: 50, bytes: 6_000, Vip6);
        Assert.Null(dataplane.Fault);
        DataplaneCounters counters = Settled(dataplane);
        Fabric.ExpectNoneLost(counters);
        FlowCounters udp = counters.Listeners[Fabric.UdpListener];
        Assert.Equal((2UL, 1_000UL, 1_000UL), (udp.NewFlows, udp.PacketsIn, udp.PacketsOut));
        Assert.Equal(0UL, Count(counters, PacketCounter.DropFragment));
        Assert.Equal(
            0UL, Count(counters, PacketCounter.DropNoFlow) + Count(counters, PacketCounter.DropDirectoryTimeout));
        Assert.True(dataplane.IsFresh(Stopwatch.GetTimestamp(), 10_000_000_000));
    }

    [Fact]
    public void One_pipeline_that_stands_still_silences_the_node()
    {
        using var goOn = new ManualResetEventSlim();
        using var stands = new ManualResetEventSlim();
        Action ring = _directory.Exchange.RequestsWaiting;
        _directory.Exchange.RequestsWaiting = () =>
        {
            ring();
            if (Thread.CurrentThread.Name != "pipeline 2")
                return;
            stands.Set();
            goOn.Wait();
        };
        using IDataplane dataplane = Start(
            Fabric.Options with { Exchange = _directory.Exchange, Start = 1, StallTimeoutMs = 300 });
        Assert.True(dataplane.IsAlive);
        // Until one of the flows is that pipeline's; the client may or may not be answered.
        const string Knock = """
            import socket, sys
            for i in range(64):
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.sendto(b"x", (sys.argv[1], 53))
            """;
        _fabric!.FarClient.Run("/usr/bin/python3", "-c", Knock, Fabric.Vip);
        Eventually.Holds(() => stands.IsSet);
        Eventually.Holds(() => !dataplane.IsFresh(Stopwatch.GetTimestamp(), 300_000_000));
        Eventually.Holds(() => dataplane.Fault is { } fault
            && fault.Contains("pipeline 2", StringComparison.Ordinal));
        Eventually.Holds(() =>
        {
            _fabric.FarClient.Run("/usr/bin/python3", "-c", Knock, Fabric.Vip);
            return Count(dataplane.ReadCounters(), PacketCounter.DropAgentStalled) > 0;
        });
        goOn.Set();
        Eventually.Holds(() => dataplane.Slept);
    }

    /// <summary>By one of the kernel's lists: a name and its number a line, or a line of names above one of
    /// numbers.</summary>
    private int ErrorsAtTarget(string file, string name)
    {
        string[] lines = _fabric!.Target.Run("cat", file).Split('\n');
        if (!name.EndsWith(':'))
            return Number(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', '\t')[^1]);
        string[][] icmp = [.. lines.Where(line => line.StartsWith("Icmp:", StringComparison.Ordinal))
            .Select(line => line.Split(' '))];
        return Number(icmp[1][Array.IndexOf(icmp[0], name[..^1])]);
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private IDataplane Start(DataplaneOptions options)
    {
        IDataplane dataplane = _fabric!.Start(options);
        Assert.Null(dataplane.Apply(Model));
        return dataplane;
    }

    private static DataplaneCounters Settled(IDataplane dataplane)
    {
        Eventually.Holds(() => Fabric.Unaccounted(dataplane.ReadCounters()) == 0);
        return dataplane.ReadCounters();
    }

    private static ulong Count(DataplaneCounters counters, PacketCounter counter) => counters.Packets[(int)counter];

    private static VipModel VipOf(uint id, string address, uint listener, uint tcpGroup, uint udpGroup) => new(
        id, IPAddress.Parse(address),
        [
            new ListenerModel(listener, IpProtocol.Tcp, Fabric.TcpPort, tcpGroup, 60_000),
            new ListenerModel(listener + 1, IpProtocol.Udp, Fabric.UdpPort, udpGroup, 60_000),
        ]);

    private static TargetGroupModel GroupOf(uint id, uint targetId, ushort port) => new(
        id, [new TargetModel(targetId, IPAddress.Parse("fd00::3"), port, 1, Healthy: true, Draining: false)]);
}
