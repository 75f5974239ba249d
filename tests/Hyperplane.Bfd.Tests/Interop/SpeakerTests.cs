using System.Net;
using Hyperplane.Lab;
using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>The speaker's thread and sockets, in namespaces, with a stub or another speaker at the other
/// end.</summary>
[Collection("routers")]
public sealed class SpeakerTests
{
    /// <summary>Slow enough that no pause of a loaded machine ends it.</summary>
    private static readonly BfdIntervals Patient = new()
    {
        DesiredMinTxMs = 20,
        RequiredMinRxMs = 20,
        DetectMult = 250,
    };

    [Fact]
    public async Task Only_packets_of_full_TTL_count()
    {
        using var lab = new BfdLab();
        using var router = new StubRouter(lab.Router);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer("10.99.0.1")]);
        BfdPacket first = (await router.Receive()).Packet;
        Assert.Equal((BfdState.Down, 0u, 1_000_000u), (first.State, first.YourDiscriminator, first.DesiredMinTxUs));
        var hello = new BfdPacket
        {
            State = BfdState.Init,
            DetectMult = 255,
            MyDiscriminator = 7,
            YourDiscriminator = first.MyDiscriminator,
            DesiredMinTxUs = 10_000_000,
            RequiredMinRxUs = 10_000_000,
        };
        router.Send(hello, ttl: 254);
        router.Send([1, 2, 3]);
        await TestProbe.Until(() => node.Speaker.Count(BfdVerdict.Truncated) == 1);
        Assert.Equal((1, BfdState.Down), (node.Speaker.Count(BfdVerdict.TtlNot255), node.Status().State));
        router.Send(hello);
        await node.Until(BfdState.Up);
        router.Send(hello with { State = BfdState.Down }, ttl: 254);
        router.Send([1, 2, 3]);
        await TestProbe.Until(() => node.Speaker.Count(BfdVerdict.Truncated) == 2);
        Assert.Equal((2, BfdState.Up), (node.Speaker.Count(BfdVerdict.TtlNot255), node.Status().State));
        router.Send(hello with { State = BfdState.AdminDown });
        Assert.Equal((BfdCause.PeerAdminDown, false), await Cause(node));
    }

    [Fact]
    public async Task Each_session_has_a_source_port_of_its_own_in_the_range()
    {
        using var lab = new BfdLab();
        using var router = new StubRouter(lab.Router);
        lab.Router.Ip("addr add 10.99.0.2/24 dev eth0");
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers(
            [Node.Peer("10.99.0.1"), Node.Peer("10.99.0.2") with { LocalAddress = IPAddress.Parse("10.99.0.11") }]);
        var ports = new Dictionary<uint, int>();
        while (ports.Count < 2)
        {
            (BfdPacket packet, IPEndPoint from) = await router.Receive();
            Assert.InRange(from.Port, 49_152, 65_535);
            Assert.Equal(from.Port, ports.GetValueOrDefault(packet.MyDiscriminator, from.Port));
            ports[packet.MyDiscriminator] = from.Port;
        }

        Assert.Equal(2, ports.Values.Distinct().Count());
    }

    [Fact]
    public async Task Nodes_watch_each_other_and_a_stopped_thread_notices_its_gap()
    {
        using var lab = new BfdLab();
        using var stopped = new ManualResetEventSlim(true);
        using var a = new Node(lab.Host(11), _ =>
        {
            stopped.Wait();
            return true;
        });
        using var b = new Node(lab.Host(12));
        using var c = new Node(lab.Host(13));
        a.Speaker.SetPeers([Node.Peer("10.99.0.12"), Node.Peer("10.99.0.13")]);
        // They give A up after 1.5 s: so long must A stop, which itself gives up after 0.15 s.
        BfdIntervals slow = BfdIntervals.Fastest with { RequiredMinRxMs = 500 };
        b.Speaker.SetPeers([Node.Peer("10.99.0.11", slow)]);
        c.Speaker.SetPeers([Node.Peer("10.99.0.11", slow)]);
        await a.Until(BfdState.Up);
        await a.Until(BfdState.Up);
        await b.Until(BfdState.Up);
        await c.Until(BfdState.Up);
        await TestProbe.Until(() => a.Speaker.Peers.All(
            static peer => peer.DetectionTime == TimeSpan.FromMilliseconds(150)));
        long gaps = a.Speaker.Gaps;
        stopped.Reset();
        try
        {
            Assert.True((await b.Until(BfdState.Down)).IsFault);
            Assert.True((await c.Until(BfdState.Down)).IsFault);
        }
        finally
        {
            stopped.Set();
        }

        await b.Until(BfdState.Up);
        await c.Until(BfdState.Up);
        Assert.True(a.Speaker.Gaps > gaps);
    }

    [Fact]
    public async Task The_thread_allocates_nothing_while_sessions_are_up()
    {
        using var lab = new BfdLab();
        var meter = new AllocationMeter();
        using var a = new Node(lab.Host(11), meter.OnTransmit);
        using var b = new Node(lab.Host(12));
        a.Speaker.SetPeers([Node.Peer("10.99.0.12", Patient)]);
        b.Speaker.SetPeers([Node.Peer("10.99.0.11", Patient)]);
        await a.Until(BfdState.Up);
        long received = a.Status().Received;
        meter.Start();
        await TestProbe.Until(() => meter.IsFull);
        Assert.Equal(0, meter.AllocatedBytes);
        Assert.True(a.Status().Received > received + 50, "nothing was received meanwhile");
        Assert.Equal(0, a.Status().Flaps);
    }

    [Fact]
    public void The_thread_is_real_time_where_the_machine_allows_it()
    {
        using var lab = new BfdLab();
        NetworkNamespace host = lab.Host(11);
        bool allowed = Command.Try(TimeSpan.FromSeconds(20), "chrt", "-f", "40", "true").ExitCode == 0;
        using (var node = new Node(host))
            Assert.Equal(allowed, node.Speaker.IsRealTime);
        using BfdSpeaker ordinary = NamespaceThread.Run(host, static () => new BfdSpeaker(
            new BfdSpeakerOptions { RealTimePriority = 0 }, TimeProvider.System, new Random(1), new BfdCallbacks()));
        Assert.False(ordinary.IsRealTime);
    }

    [Fact]
    public void A_taken_port_and_wrong_options_are_clear_errors()
    {
        using var lab = new BfdLab();
        NetworkNamespace host = lab.Host(11);
        using var node = new Node(host);
        Assert.Equal(
            "UDP port 3784 of 0.0.0.0: Address already in use",
            Assert.Throws<UdpSocketException>(() => new Node(host)).Message);
        string message = Assert.Throws<ArgumentException>(() => node.Speaker.SetPeers(
        [
            Node.Peer("10.99.0.1"),
            Node.Peer("10.99.0.1"),
            Node.Peer("::1") with { LocalAddress = IPAddress.IPv6Any },
            Node.Peer("0.0.0.0", new BfdIntervals { DetectMult = 0 }),
        ])).Message;
        foreach (string problem in (string[])["named 2 times", "peer ::1: must", "peer ::1: local", "0.0.0.0: must",
            "0.0.0.0: detection"])
            Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Empty(node.Speaker.Peers);
        Assert.Equal(3, new BfdSpeakerOptions
        {
            ListenAddress = IPAddress.IPv6Any,
            RealTimePriority = 100,
            MaxPeers = 0,
        }.Problems().Count);
    }

    [Fact]
    public async Task A_callback_may_change_the_peers_and_close_the_speaker()
    {
        using var lab = new BfdLab();
        using var router = new StubRouter(lab.Router);
        NetworkNamespace host = lab.Host(11);
        BfdSpeaker? speaker = null;
        var changes = System.Threading.Channels.Channel.CreateUnbounded<BfdChange>();
        speaker = NamespaceThread.Run(host, () => new BfdSpeaker(
            new BfdSpeakerOptions(), TimeProvider.System, new Random(1), new BfdCallbacks
            {
                Changed = change =>
                {
                    if (change.To == BfdState.Init)
                        speaker!.SetPeers([]);
                    if (change.To == BfdState.AdminDown)
                        speaker!.Close();
                    changes.Writer.TryWrite(change);
                },
            }));
        speaker.SetPeers([Node.Peer("10.99.0.1")]);
        BfdPacket first = (await router.Receive()).Packet;
        router.Send(first with { MyDiscriminator = 7, YourDiscriminator = first.MyDiscriminator });
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        while ((await changes.Reader.ReadAsync(deadline.Token)).To != BfdState.AdminDown)
        {
        }

        while ((await router.Receive()).Packet.State != BfdState.AdminDown)
        {
        }

        speaker.Close();
        speaker.SetPeers([Node.Peer("10.99.0.1")]);
        Assert.Empty(speaker.Peers);
        speaker.Dispose();
    }

    private static async Task<(BfdCause Cause, bool IsFault)> Cause(Node node)
    {
        BfdChange change = await node.Until(BfdState.Down);
        return (change.Cause, change.IsFault);
    }

    /// <summary>Reads the thread's allocations at each transmission; counts once started. Like
    /// <see cref="Allocations"/> it forgives one interval: the run-time's.</summary>
    private sealed class AllocationMeter
    {
        private const int Transmissions = 200;
        private bool _started;
        private int _seen;
        private long _lastBytes;
        private long _worst;
        private long _second;

        public bool IsFull => Volatile.Read(ref _seen) > Transmissions;

        public long AllocatedBytes => Volatile.Read(ref _second);

        public void Start() => Volatile.Write(ref _started, true);

        public bool OnTransmit(long nowNs)
        {
            if (!Volatile.Read(ref _started) || IsFull)
                return true;
            long total = GC.GetAllocatedBytesForCurrentThread();
            long bytes = _seen == 0 ? 0 : total - _lastBytes;
            _lastBytes = total;
            _second = Math.Max(_second, Math.Min(bytes, _worst));
            _worst = Math.Max(_worst, bytes);
            Volatile.Write(ref _seen, _seen + 1);
            return true;
        }
    }
}
