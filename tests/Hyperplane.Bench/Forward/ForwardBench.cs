using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.Forward;

/// <summary>Frames and bits a second end to end over veth: ours, a bare XDP redirect, the kernel's router, nftables
/// DNAT; and TCP through all of them and HAProxy.</summary>
/// <remarks>Rounds of short runs, one of each way in each round, so that what slows the machine down slows all of them
/// down; medians are shown, and what ours adds is the median of the differences within the rounds.</remarks>
internal static class ForwardBench
{
    private const int Rounds = 7;
    private const int ManyFlows = 100_000;
    private const int SomeFlows = 1_000;
    private const int FrameCheckBytes = 4;
    private const int StallTimeoutMs = 900;
    private const int ListenerSlots = 16;
    private const double NsPerSecond = 1e9;
    private const double AddedAimNs = 140;
    private const double TimesNftables = 3;
    private const double QuietSpread = 1.25;
    private static readonly int[] Sizes = [64, 1_400];
    private static readonly uint Vip = AddressBytes.Be(IPAddress.Parse("203.0.113.10"));
    private static readonly uint Snat = AddressBytes.Be(IPAddress.Parse("198.51.100.1"));
    private static readonly uint Target = AddressBytes.Be(IPAddress.Parse("10.0.0.3"));
    private static readonly ushort Port = AddressBytes.Be((ushort)53);
    private static readonly uint FirstClient = BinaryPrimitives.ReadUInt32BigEndian([10, 9, 0, 1]);

    public static async Task<Result> Run(string[] arguments)
    {
        if (arguments.Length > 0)
            throw new FormatException("takes nothing");
        IReadOnlyList<string> missing = Baselines.Missing(Baselines.Nftables, Baselines.Haproxy);
        double othersShare = await MachineTime.OthersShareAsync();
        var figures = new List<Figure>();
        bool isQuiet = true;
        using (var wire = new Wire())
        {
            foreach (int size in Sizes)
                isQuiet &= Measure(wire, size, figures);
        }
        TcpPaths.Measure(figures);
        bool isUndisturbed = othersShare <= MachineTime.QuietShare;
        return new Result("forward", isQuiet && isUndisturbed && missing.Count == 0, figures,
        [
            "UDP of distinct source ports, one core for generator, veths, what is measured and the end; sizes with the "
            + "frame check sequence, bits without preamble and gap",
            "cost: of what is in the middle, its veth and the end, without generator and first veth",
            "TCP: one connection, 1,500-byte packets, no segmentation offload (XDP on veth needs that), two cores",
            .. missing,
            .. isQuiet ? Array.Empty<string>() : ["the rounds of one way differ by more than a quarter"],
            .. isUndisturbed
                ? Array.Empty<string>()
                : [string.Create(
                    CultureInfo.InvariantCulture, $"others use {othersShare:P0} of the machine, at most 5 % may be")],
        ]);
    }

    private static bool Measure(Wire wire, int size, List<Figure> figures)
    {
        var rates = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        for (int round = 1; round <= Rounds; round++)
        {
            Note("generated", wire.MeasureGenerated(Traffic(1), size - FrameCheckBytes));
            Note("redirect", Redirect(wire, size));
            Note("ours", Ours(wire, size, flowCount: 1));
            Note("ours_100k_flows", Ours(wire, size, ManyFlows));
            Note("router", Router(wire, size, translates: false, flowCount: 1));
            if (!File.Exists(Baselines.Nftables))
                continue;
            Note("nftables", Router(wire, size, translates: true, flowCount: 1));
            Note("nftables_1k_flows", Router(wire, size, translates: true, SomeFlows));
        }

        double? nftables = rates.ContainsKey("nftables") ? Median("nftables") : null;
        figures.Add(Rate("ours", nftables * TimesNftables, nftables, "nftables"));
        figures.Add(new Figure(
            $"added_ns_{size}", More("ours", "redirect"), "ns", AddedAimNs, true, NsPerSecond / Median("redirect"),
            "bare redirect"));
        foreach (string way in rates.Keys.Where(way => way != "ours"))
            figures.Add(Rate(way, null, Median("redirect"), "bare redirect"));
        foreach (string way in rates.Keys.Where(way => way is "ours" or "redirect" or "nftables" or "router"))
            figures.Add(new Figure(
                $"{way}_gbits_{size}", Median(way) * size * 8 / 1e9, "Gbit/s", null, false, null, ""));
        double? nftablesNs = nftables is null ? null : More("nftables", "generated");
        figures.Add(new Figure(
            $"cost_ns_{size}", More("ours", "generated"), "ns", nftablesNs / TimesNftables, true, nftablesNs,
            "nftables"));
        return rates.Values.All(all => Percentiles.At(all, 0.75) <= Percentiles.At(all, 0.25) * QuietSpread);

        void Note(string way, double rate)
        {
            if (!rates.TryGetValue(way, out List<double>? all))
                rates.Add(way, all = []);
            all.Add(rate);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{size,5} B {way,-18} {rate,12:N0} frames/s {NsPerSecond / rate,8:F0} ns a frame"));
        }

        double More(string way, string than) => Percentiles.At(
            rates[way].Zip(rates[than], (one, other) => (NsPerSecond / one) - (NsPerSecond / other)), 0.5);

        double Median(string way) => Percentiles.At(rates[way], 0.5);

        Figure Rate(string way, double? aim, double? baseline, string baselineName) => new(
            $"{way}_frames_{size}", Median(way), "1/s", aim, false, baseline, baselineName);
    }

    private static TrafficConfig Traffic(int flowCount) =>
        new() { VipBe = Vip, FirstClient = FirstClient, PortBe = Port, FlowCount = (uint)flowCount };

    private static double Redirect(Wire wire, int size)
    {
        using BpfObject program = wire.Load(new TrafficConfig { InterfaceIndex = (uint)wire.OutLink.Index });
        using XdpLink link = wire.Attach(program.Program("redirect"));
        return wire.MeasureRedirected(Traffic(1), size - FrameCheckBytes);
    }

    private static double Router(Wire wire, int size, bool translates, int flowCount)
    {
        using var router = new KernelRouter(wire, translates);
        return wire.MeasureSent(Traffic(flowCount), size - FrameCheckBytes);
    }

    private static double Ours(Wire wire, int size, int flowCount)
    {
        using HyperplaneProgram program = HyperplaneProgram.Load(
            Math.Max(1_024, flowCount * 2), StallTimeoutMs, pipelines: 1, ListenerSlots, ownMac: wire.InLink.Mac);
        new PrefixMap(program, tunnelAddressBe: 0).Add(
            [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28")]);
        var hop = new NextHop(wire.EndMac, wire.OutLink.Mac, (uint)wire.OutLink.Index, 1);
        if (program.NextHops.Update(1u, hop) != 0)
            throw new InvalidOperationException("the next hop does not fit into its map");
        BpfFlowCache cache = program.Cache;
        for (int i = 0; i < flowCount; i++)
        {
            const int FlowsPerAddress = 32_768;
            const int FirstPort = 1_024;
            uint client = BinaryPrimitives.ReverseEndianness(FirstClient + (uint)(i / FlowsPerAddress));
            var from = new FlowKey(
                client, Vip, AddressBytes.Be((ushort)(FirstPort + (i % FlowsPerAddress))), Port, 17);
            var to = new FlowKey(Snat, Target, AddressBytes.Be((ushort)(FirstPort + (i % 60_000))), Port, 17);
            FlowEntry entry = FrameRewriter.Translate(from, to);
            entry.NextHop = 1;
            if (!cache.TryInstall(from, entry))
                throw new InvalidOperationException("the flow map is full");
        }

        program.Heartbeats.Beat(0, long.MaxValue / 2);
        using XdpLink link = wire.Attach(program.Descriptor);
        return wire.MeasureRedirected(Traffic(flowCount), size - FrameCheckBytes);
    }
}
