using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>A pipeline with a small model, a clock turned by hand and a recording cache.</summary>
internal sealed class Bench
{
    public const string Client = "192.0.2.7";
    public const string Vip = "198.51.100.10";
    public const string Snat = "203.0.113.1";
    public const string Client6 = "2001:db8:c::7";
    public const string Vip6 = "2001:db8:10::10";
    public const string Snat6 = "2001:db8:20::1";
    public const uint TcpListener = 11;
    public const uint UdpListener = 12;
    public const long Second = 1_000_000_000;

    public Bench(
        int flows = 1_024, int halfOpen = 256, int cacheEntries = 4_096, (ushort, ushort)? ports = null,
        DataplaneModel? model = null, FlowLogQueue? flowLog = null, int counts = int.MaxValue)
    {
        Cache = new RecordingFlowCache(cacheEntries) { CountCapacity = counts };
        var options = new DataplaneOptions
        {
            Interface = "none", NodeId = 3, Start = 77, FlowCapacity = flows, HalfOpenCapacity = halfOpen,
            FlowLog = flowLog,
        };
        Pipeline = new PacketPipeline(options, Cache, Hops, seed: 9, ports);
        Compiler = new ModelCompiler(Pipeline.Counters, 251);
        Use(model ?? Model());
    }

    public RecordingFlowCache Cache { get; }

    public FixedNextHops Hops { get; } = new();

    public PacketPipeline Pipeline { get; }

    public ModelCompiler Compiler { get; }

    public ModelTables Tables { get; private set; } = ModelTables.Empty;

    public long NowNs { get; set; } = 1_000 * Second;

    public FlowTable Flows => Pipeline.Flows;

    public static TargetModel Target(
        uint id, string address, ushort port = 8_080, int weight = 100, bool healthy = true, bool draining = false) =>
        new(id, IPAddress.Parse(address), port, weight, healthy, draining);

    public static DataplaneModel Model(params TargetModel[] targets) => new()
    {
        Version = 1,
        OwnPrefixes = [IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/28")],
        SnatAddresses = [IPAddress.Parse(Snat)],
        Gateways = [IPAddress.Parse("192.0.2.1")],
        Vips =
        [
            new VipModel(1, IPAddress.Parse(Vip),
            [
                new ListenerModel(TcpListener, IpProtocol.Tcp, 80, 5, 350_000),
                new ListenerModel(UdpListener, IpProtocol.Udp, 53, 5, 120_000),
            ]),
        ],
        TargetGroups =
        [
            new TargetGroupModel(5, targets.Length > 0
                ? [.. targets]
                : [Target(1, "10.0.0.1"), Target(2, "10.0.0.2"), Target(3, "10.0.0.3")]),
        ],
    };

    /// <summary>The same and an IPv6 VIP with listeners of either kind to IPv4 and IPv6 targets.</summary>
    public static DataplaneModel DualModel()
    {
        DataplaneModel model = Model();
        return model with
        {
            OwnPrefixes =
                [.. model.OwnPrefixes, IPNetwork.Parse("2001:db8:10::/48"), IPNetwork.Parse("2001:db8:20::/48")],
            SnatAddresses = [.. model.SnatAddresses, IPAddress.Parse(Snat6)],
            Vips =
            [
                .. model.Vips,
                new VipModel(2, IPAddress.Parse(Vip6),
                [
                    new ListenerModel(TcpListener + 10, IpProtocol.Tcp, 80, 6, 350_000),
                    new ListenerModel(UdpListener + 10, IpProtocol.Udp, 53, 6, 120_000),
                ]),
            ],
            TargetGroups =
            [
                .. model.TargetGroups,
                new TargetGroupModel(
                    6, [Target(4, "2001:db8:a::1"), Target(5, "2001:db8:a::2"), Target(6, "10.0.0.6")]),
            ],
        };
    }

    /// <summary>Lists of prefixes with spaces between.</summary>
    public static SourceLists Lists(string allowed, string denied) => new(
        [.. allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => IPNetwork.Parse(text))],
        [.. denied.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => IPNetwork.Parse(text))]);

    public void Use(DataplaneModel model)
    {
        ModelTables? tables = Compiler.Compile(model, Pipeline.AppliedSequence, out string? refusal);
        Assert.Null(refusal);
        Tables = tables!;
        Pipeline.Use(tables!);
    }

    /// <summary>What forwards frames of cached flows ahead of the pipeline; null for nothing.</summary>
    public CachedPath? Cached { get; set; }

    /// <summary>One frame, then the end of its batch.</summary>
    public PacketCounter Send(Span<byte> frame)
    {
        PacketCounter verdict = Cached?.Process(frame, NowNs, out _) ?? PacketCounter.Punted;
        Pipeline.TakeFins(NowNs);
        if (verdict == PacketCounter.Punted)
            verdict = Pipeline.Process(frame, NowNs, out _);
        Pipeline.EndBatch(NowNs);
        return verdict;
    }

    public PacketCounter Send(Frame frame) => Send(frame.Bytes());

    /// <summary>Lets time pass in steps of the sweeper, frames or not.</summary>
    public void Pass(double seconds)
    {
        for (long untilNs = NowNs + (long)(seconds * Second); NowNs < untilNs;)
        {
            NowNs = Math.Min(untilNs, NowNs + (Second / 10));
            do
                Pipeline.EndBatch(NowNs);
            while (Pipeline.IsBusy);
        }
    }

    public Conversation Connect(ushort clientPort = 40_000, string client = Client)
    {
        var conversation = new Conversation(this, clientPort, client);
        conversation.Handshake();
        return conversation;
    }

    public FlowCounters Listener(uint id) => Pipeline.Counters.Read(Tables, null).Listeners[id];

    public FlowCounters TargetCounters(uint id) => Pipeline.Counters.Read(Tables, null).Targets[id];

    public static Frame Datagram(ushort clientPort, params byte[] payload) =>
        new(Client, clientPort, Vip, 53) { Protocol = 17, Payload = payload };

    public static Frame Syn(ushort clientPort, string client = Client) =>
        new(client, clientPort, Vip, 80) { Flags = TcpFlags.Syn, Acknowledgement = 0 };
}
