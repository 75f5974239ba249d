using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.NewFlows;

/// <summary>New flows a second of one core: the pipeline with frames in memory, and the XDP program's maps in the
/// kernel, which get both directions of every flow.</summary>
/// <remarks>A TCP flow is SYN, SYN-ACK, ACK; one of UDP two datagrams. By the thread's CPU time, without that of
/// whoever writes the frames. The tables fill up to a million flows meanwhile.</remarks>
internal sealed class PipelineFlows : IDisposable
{
    /// <summary>Flows of one round.</summary>
    public const int FlowsOfRound = 64 * 1_500;

    /// <summary>Rounds; the first warms up.</summary>
    public const int Rounds = 9;

    /// <summary>Flows of all rounds: none ends.</summary>
    public const int AllFlows = Rounds * FlowsOfRound;

    /// <summary>Of each group.</summary>
    public const int Targets = 100;

    /// <summary>Of the model's one address of each family.</summary>
    public const int SnatPorts = 64_512;

    private const int FlowCapacity = 1_048_576;
    private const int FlowsOfClient = 50_000;
    private const int FirstClientPort = 10_000;
    private const uint ClientSequence = 1_000;
    private const uint TargetSequence = 5_000;
    private const byte Tcp = 6;
    private const byte Udp = 17;
    internal static readonly IPAddress Vip = IPAddress.Parse("198.51.100.10");
    private static readonly IPAddress Vip6 = IPAddress.Parse("2001:db8:10::10");
    private static readonly ulong Clients6 = PacketAddress.Of(IPAddress.Parse("2001:db8:c::")).First;

    private readonly HandTime _time = new();
    private readonly BatchFrames _frames = new();
    private readonly HyperplaneProgram _program;
    private readonly BpfFlowCache _cache;
    private readonly FlowExchange? _exchange;
    private readonly PacketPipeline _pipeline;
    private readonly PipelineLoop _loop;
    private readonly bool _isIpv4;
    private readonly byte _protocol;
    private double _spentSeconds;

    private PipelineFlows(bool isIpv4, byte protocol, bool isShared)
    {
        (_isIpv4, _protocol) = (isIpv4, protocol);
        // The map of flows that have to do with IPv6 has a quarter of the entries.
        _program = HyperplaneProgram.Load(FlowCapacity * (isIpv4 ? 2 : 8), 0, pipelines: 1, counterSlots: 16);
        _cache = _program.Cache;
        _exchange = isShared ? new FlowExchange(65_536) : null;
        var options = new DataplaneOptions
        {
            Interface = "none", Start = 1, FlowCapacity = FlowCapacity, Exchange = _exchange,
        };
        _pipeline = new PacketPipeline(
            options, _cache, new FixedNextHop(new NextHop(1, 2, 1, 1)), seed: 1, frames: _frames);
        var compiler = new ModelCompiler(_pipeline.Counters, options.MaglevTableSize);
        _pipeline.Use(compiler.Compile(Model(), 0, out string? refusal)
            ?? throw new InvalidOperationException(refusal));
        _loop = new PipelineLoop(_frames, _pipeline, _time, new NoHeartbeat());
    }

    /// <summary>A round's flows a second by CPU time, and the microseconds of a batch that establishes 64
    /// flows.</summary>
    public static (double[] PerSecond, double BatchMicros) Measure(bool isIpv4, bool isTcp, bool isShared)
    {
        using var bench = new PipelineFlows(isIpv4, isTcp ? Tcp : Udp, isShared);
        var rates = new double[Rounds];
        double last = 0;
        for (int round = 0; round < Rounds; round++)
        {
            bench._spentSeconds = 0;
            last = 0;
            for (int flow = 0; flow < FlowsOfRound; flow += BatchFrames.Frames)
                last += bench.Open((round * FlowsOfRound) + flow);
            rates[round] = FlowsOfRound / bench._spentSeconds;
        }
        int established = bench._pipeline.Flows.Count(FlowPool.Established);
        if (established != Rounds * FlowsOfRound || !bench.IsCached(0) || !bench.IsCached(established - 1))
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{established} flows were established, not {Rounds * FlowsOfRound}"));
        return (rates[1..], last / (FlowsOfRound / BatchFrames.Frames) * 1e6);
    }

    /// <summary>What two inserts into the map of IPv4 flows cost alone: flows a second by CPU time.</summary>
    public static double[] BareInserts()
    {
        using HyperplaneProgram program = HyperplaneProgram.Load(FlowCapacity * 2, 0, pipelines: 1, counterSlots: 16);
        BpfFlowCache cache = program.Cache;
        var rates = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            double began = BenchThread.CpuSeconds();
            for (int flow = round * FlowsOfRound; flow < (round + 1) * FlowsOfRound; flow++)
            {
                FlowKey key = KeyOf(flow, isIpv4: true, Tcp);
                FlowEntry entry = default;
                (entry.Source, entry.Destination) = (key.Source, key.Destination);
                if (!cache.TryInstall(key, entry) || !cache.TryInstall(key with { Protocol = Udp }, entry))
                    throw new InvalidOperationException("a flow does not fit into its map");
            }
            rates[round] = FlowsOfRound / (BenchThread.CpuSeconds() - began);
        }
        return rates[1..];
    }

    public void Dispose() => _program.Dispose();

    private static FlowKey KeyOf(int flow, bool isIpv4, byte protocol)
    {
        uint client = BinaryPrimitives.ReverseEndianness(0x0a090001 + (uint)(flow / FlowsOfClient));
        PacketAddress source = isIpv4 ? client : new PacketAddress(Clients6, (ulong)client << 32);
        ushort port = BinaryPrimitives.ReverseEndianness((ushort)(FirstClientPort + (flow % FlowsOfClient)));
        ushort vipPort = BinaryPrimitives.ReverseEndianness((ushort)80);
        return new FlowKey(source, PacketAddress.Of(isIpv4 ? Vip : Vip6), port, vipPort, protocol);
    }

    /// <summary>Opens a batch of flows; the seconds of the step that establishes them.</summary>
    private double Open(int first)
    {
        Write(first, TcpFlags.Syn, ClientSequence, 0);
        Step();
        if (_protocol == Tcp)
        {
            Decide();
            _frames.Turn(TcpFlags.Syn | TcpFlags.Ack, TargetSequence, ClientSequence + 1);
            Step();
        }
        Write(first, TcpFlags.Ack, ClientSequence + 1, TargetSequence + 1);
        return Step();
    }

    private void Write(int first, TcpFlags flags, uint sequence, uint acknowledgement)
    {
        for (int i = 0; i < BatchFrames.Frames; i++)
        {
            FlowKey key = KeyOf(first + i, _isIpv4, _protocol);
            _frames.Write(
                i, key.Source, BinaryPrimitives.ReverseEndianness(key.SourcePortBe), key.Destination, 80, _protocol,
                flags, sequence, acknowledgement);
        }
    }

    private double Step()
    {
        _time.NowNs += 10_000;
        double began = BenchThread.CpuSeconds();
        _loop.RunOnce();
        double seconds = BenchThread.CpuSeconds() - began;
        _spentSeconds += seconds;
        return _frames.Sent == BatchFrames.Frames
            ? seconds
            : throw new InvalidOperationException($"of {BatchFrames.Frames} frames {_frames.Sent} left");
    }

    /// <summary>The flow directory says that each flow is ours.</summary>
    private void Decide()
    {
        while (_exchange is not null && _exchange.Requests.TryRead(out FlowRequest request))
        {
            if (request.Kind == FlowRequestKind.Insert)
                _exchange.Answers.TryWrite(new FlowAnswer
                {
                    Kind = FlowAnswerKind.Won, Key = request.Key, Record = request.Record,
                });
        }
    }

    private bool IsCached(int flow) => _cache.TryRead(KeyOf(flow, _isIpv4, _protocol), out _);

    /// <summary>Listeners of either family, 100 targets each.</summary>
    internal static DataplaneModel Model() => new()
    {
        Version = 1,
        OwnPrefixes =
        [
            IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/28"), IPNetwork.Parse("2001:db8:10::/48"),
            IPNetwork.Parse("2001:db8:20::/48"),
        ],
        SnatAddresses = [IPAddress.Parse("203.0.113.1"), IPAddress.Parse("2001:db8:20::1")],
        Gateways = [IPAddress.Parse("192.0.2.1")],
        Vips =
        [
            new VipModel(1, Vip,
            [
                new ListenerModel(1, IpProtocol.Tcp, 80, 1, 350_000),
                new ListenerModel(2, IpProtocol.Udp, 80, 1, 120_000),
            ]),
            new VipModel(2, Vip6, [new ListenerModel(3, IpProtocol.Tcp, 80, 2, 350_000)]),
        ],
        TargetGroups = [Group(1, "10.1.0."), Group(2, "2001:db8:a::")],
    };

    private static TargetGroupModel Group(uint id, string prefix) => new(
        id,
        [
            .. Enumerable.Range(1, Targets).Select(i => new TargetModel(
                (id * 1_000) + (uint)i, IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"{prefix}{i}")),
                8_080, 1, Healthy: true, Draining: false)),
        ]);

    private sealed class HandTime : TimeProvider
    {
        public long NowNs { get; set; } = 1_000_000_000_000;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => NowNs;
    }

    private sealed class NoHeartbeat : IHeartbeat
    {
        public void Beat(long nowNs)
        {
            // Nobody watches.
        }
    }
}
