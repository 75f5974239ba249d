using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Xsk;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.Dataplane;

/// <summary>Frames a second of the XDP path and of the C# path over veth, and what a hit costs beside a bare
/// look-up.</summary>
/// <remarks>60-byte UDP frames from a generator in the kernel, translated and swallowed where they came from. The XDP
/// path shares one core with generator and sink; the C# path has a core of its own, while the other one generates, runs
/// the XDP program and copies frames into the socket. Rounds are interleaved, medians are shown; when the baseline's
/// rounds differ by more than a quarter, something else used the CPUs and the run is not valid.</remarks>
internal static class DataplaneBench
{
    private const int Rounds = 3;
    private const int PipelineCpu = 1;
    private const int PipelineFlows = 1_000;
    private const int ManyFlows = 100_000;
    private const int StallTimeoutMs = 900;
    private const int ListenerSlots = 16;
    private const double NsPerSecond = 1e9;
    private const double QuietSpread = 1.25;
    private static readonly uint Vip = AddressBytes.Be(IPAddress.Parse("203.0.113.10"));
    private static readonly uint Snat = AddressBytes.Be(IPAddress.Parse("198.51.100.1"));
    private static readonly uint Target = AddressBytes.Be(IPAddress.Parse("10.0.0.3"));
    private static readonly ushort Port = AddressBytes.Be((ushort)53);
    private static readonly uint FirstClient = BinaryPrimitives.ReadUInt32BigEndian([10, 9, 0, 1]);

    public static Task<Result> Run(string[] arguments)
    {
        _ = arguments;
        var rates = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var pipelineCpuNs = new List<double>();
        (double hitNs, double lookUpNs) = HitCost.Measure();
        Console.WriteLine($"one flow in BPF_PROG_TEST_RUN: bare look-up {lookUpNs:F0} ns, hit {hitNs:F0} ns");
        using var wire = new Wire();
        for (int round = 1; round <= Rounds; round++)
        {
            Note("reflect", round, Reflect(wire));
            Note("xdp, 1 flow", round, Forward(wire, 1));
            Note($"xdp, {ManyFlows} flows", round, Forward(wire, ManyFlows));
            Note("C#", round, Pipeline(wire, pipelineCpuNs));
            Note("nftables", round, Nftables(wire));
        }

        double reflect = Median("reflect");
        double one = Median("xdp, 1 flow");
        double many = Median($"xdp, {ManyFlows} flows");
        double addedNs = (NsPerSecond / one) - (NsPerSecond / reflect);
        bool quiet = rates["reflect"].Max() / rates["reflect"].Min() <= QuietSpread;
        bool sane = reflect > one && one > Median("C#") && Median("nftables") > 0;
        return Task.FromResult(new Result("dataplane", quiet && sane,
        [
            new Figure("xdp_frames_per_second", one, "frames/s", null, false, Median("nftables"), "nftables NAT"),
            new Figure("xdp_frames_per_second_100k_flows", many, "frames/s", null, false, reflect, "bare XDP_TX"),
            new Figure("xdp_added_ns_a_frame", addedNs, "ns", 140, true, null, ""),
            new Figure("xdp_hit_ns", hitNs, "ns", lookUpNs + 100, true, lookUpNs, "bare look-up"),
            new Figure(
                "pipeline_frames_per_second", Median("C#"), "frames/s", null, false,
                Median("nftables"), "nftables NAT"),
            new Figure("bare_xdp_tx_frames_per_second", reflect, "frames/s", null, false, null, ""),
            new Figure("pipeline_cpu_ns_a_frame", Percentiles.At(pipelineCpuNs, 0.5), "ns", null, true, null, ""),
        ],
        [
            "XDP and nftables share one core with generator and sink; the C# path has one core for itself",
            .. quiet ? Array.Empty<string>() : ["the rounds of the baseline differ by more than a quarter"],
        ]));

        void Note(string name, int round, double rate)
        {
            if (!rates.TryGetValue(name, out List<double>? all))
                rates.Add(name, all = []);
            all.Add(rate);
            Console.WriteLine($"round {round} {name,-18} {rate,12:N0} frames/s {NsPerSecond / rate,8:F0} ns a frame");
        }

        double Median(string name) => Percentiles.At(rates[name], 0.5);
    }

    private static double Reflect(Wire wire)
    {
        using BpfObject program = wire.Load(default);
        using XdpLink link = wire.AttachRight(program.Program("reflect"));
        return wire.Measure(Vip, FirstClient, Port, 1);
    }

    private static double Nftables(Wire wire)
    {
        using IDisposable router = NftablesNat.Start(wire);
        return wire.Measure(Vip, FirstClient, Port, PipelineFlows);
    }

    private static double Forward(Wire wire, int flowCount)
    {
        using HyperplaneProgram program = Load(wire, flowCount);
        var cache = new BpfFlowCache(program.Flows);
        for (int i = 0; i < flowCount; i++)
        {
            const int FlowsPerAddress = 32_768;
            const int FirstPort = 1_024;
            uint client = BinaryPrimitives.ReverseEndianness(FirstClient + (uint)(i / FlowsPerAddress));
            var from = new FlowKey4(
                client, Vip, AddressBytes.Be((ushort)(FirstPort + (i % FlowsPerAddress))), Port, 17);
            var to = new FlowKey4(Snat, Target, AddressBytes.Be((ushort)(FirstPort + (i % 60_000))), Port, 17);
            FlowEntry4 entry = FrameRewriter.Translate(from, to);
            entry.NextHop = 1;
            if (!cache.TryInstall(from, entry))
                throw new InvalidOperationException("the flow map is full");
        }

        program.Heartbeats.Beat(0, long.MaxValue / 2);
        using XdpLink link = wire.AttachRight(program.Descriptor);
        return wire.Measure(Vip, FirstClient, Port, flowCount);
    }

    private static double Pipeline(Wire wire, List<double> cpuNs)
    {
        using HyperplaneProgram program = Load(wire, PipelineFlows);
        using AfXdpSocket socket = BenchThread.Run(
            wire.Right, -1, () => new AfXdpSocket(wire.RightLink.Index, 0, new AfXdpOptions()));
        if (program.Sockets.Update(0u, (uint)socket.Descriptor) != 0)
            throw new InvalidOperationException("the socket does not fit into its map");
        var options = new DataplaneOptions { Interface = "r0", FlowCapacity = 16_384 };
        var pipeline = new PacketPipeline(options, new RefusingCache(), new FixedNextHop(Hop(wire)), seed: 1);
        var compiler = new ModelCompiler(pipeline.Counters, options.MaglevTableSize);
        ModelTables tables = compiler.Compile(Model(), 0, out string? refusal)
            ?? throw new InvalidOperationException(refusal);
        pipeline.Use(tables);
        var loop = new PipelineLoop(
            socket, pipeline, TimeProvider.System, new PipelineHeartbeat(program.Heartbeats, 0));
        var thread = new Thread(() =>
        {
            BenchThread.Pin(PipelineCpu);
            loop.Run();
            ulong frames = pipeline.Counters.Packets.ToArray()[(int)PacketCounter.Forwarded];
            cpuNs.Add(BenchThread.CpuSeconds() * NsPerSecond / frames);
        });
        thread.Start();
        using (XdpLink link = wire.AttachRight(program.Descriptor))
        {
            double rate = wire.Measure(Vip, FirstClient, Port, PipelineFlows);
            loop.Stop();
            thread.Join();
            return rate;
        }
    }

    private static HyperplaneProgram Load(Wire wire, int flowCount)
    {
        HyperplaneProgram program = HyperplaneProgram.Load(
            Math.Max(1_024, flowCount * 2), StallTimeoutMs, pipelines: 1, ListenerSlots);
        new PrefixMap(program.OwnPrefixes).Add([IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28")]);
        return program.NextHops.Update(1u, Hop(wire)) == 0
            ? program
            : throw new InvalidOperationException("the next hop does not fit into its map");
    }

    private static NextHop Hop(Wire wire) =>
        new(wire.LeftMac, wire.RightLink.Mac, (uint)wire.RightLink.Index, 1);

    private static DataplaneModel Model() => new()
    {
        Version = 1,
        OwnPrefixes = [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28")],
        SnatAddresses = [new IPAddress(Snat)],
        Gateways = [IPAddress.Parse("10.0.0.254")],
        Vips = [new VipModel(1, new IPAddress(Vip), [new ListenerModel(1, IpProtocol.Udp, 53, 1, 60_000)])],
        TargetGroups =
        [
            new TargetGroupModel(
                1, [new TargetModel(1, new IPAddress(Target), 5353, 1, Healthy: true, Draining: false)]),
        ],
    };
}
