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
/// <remarks>All ways get the same frames, made by the same program, from the same pair of veths with an XDP program at
/// the other end: nothing is segmented, and nothing merged, as the kernel merges no datagrams that it forwards. Where a
/// redirected frame ends another XDP program drops it, where a routed one ends the stack does so first thing; the
/// kernel's own ways pay for a socket buffer, as they would behind a network card.</remarks>
internal static class ForwardBench
{
    private const int RoundCount = 25;
    private const int ManyFlows = 100_000;
    private const int SomeFlows = 1_000;
    private const int FrameCheckBytes = 4;
    private const int StallTimeoutMs = 900;
    private const int ListenerSlots = 16;
    private const double AddedAimNs = 140;
    private const double TimesNftables = 3;
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
        var unrepeatable = new List<string>();
        using (var wire = new Wire())
        {
            List<ForwardWay> ways = [.. Ways(wire)];
            foreach (int size in Sizes)
                unrepeatable.AddRange(Measure(wire, ways, size, figures));
            ways.ForEach(way => way.Dispose());
        }
        TcpPaths.Measure(figures);
        bool isUndisturbed = othersShare <= MachineTime.QuietShare;
        return new Result("forward", unrepeatable.Count == 0 && isUndisturbed && missing.Count == 0, figures,
        [
            "UDP of distinct source ports; a second is one of CPU time for generator, veths, what is measured and the "
            + "end; sizes with the frame check sequence, bits without preamble and gap",
            "cost: of what is in the middle, its veth and the end, without generator and first veth",
            "TCP: one connection, 1,500-byte packets at the node on all ways, two cores",
            .. missing,
            .. unrepeatable,
            .. isUndisturbed
                ? Array.Empty<string>()
                : [string.Create(
                    CultureInfo.InvariantCulture, $"others use {othersShare:P0} of the machine, at most 5 % may be")],
        ]);
    }

    private static List<string> Measure(Wire wire, List<ForwardWay> ways, int size, List<Figure> figures)
    {
        var rounds = new Rounds();
        for (int round = 0; round < RoundCount; round++)
        {
            rounds.Add("generated", wire.MeasureGenerated(Traffic(1), size - FrameCheckBytes));
            foreach (ForwardWay way in ways)
            {
                using IDisposable used = way.Begin();
                rounds.Add(way.Name, wire.Measure(Traffic(way.FlowCount), size - FrameCheckBytes, way.IsRedirected));
            }
        }

        bool hasNftables = rounds.Ways.Contains("nftables");
        foreach (string way in rounds.Ways)
        {
            figures.Add(new Figure(
                $"{way}_frames_{size}", rounds.Rate(way), "1/s", null, false,
                way == "ours" ? null : rounds.Rate("redirect"), "bare redirect"));
            if (way is "ours" or "redirect" or "nftables" or "router")
                figures.Add(new Figure(
                    $"{way}_gbits_{size}", rounds.Rate(way) * size * 8 / 1e9, "Gbit/s", null, false, null, ""));
        }
        figures.Add(new Figure(
            $"added_ns_{size}", rounds.More("ours", "redirect"), "ns", AddedAimNs, true,
            rounds.More("redirect", "generated"), "bare redirect"));
        figures.Add(new Figure(
            $"cost_ns_{size}", rounds.More("ours", "generated"), "ns", null, true,
            hasNftables ? rounds.More("nftables", "generated") : null, "nftables"));
        if (hasNftables)
            figures.Add(new Figure(
                $"times_nftables_{size}", rounds.Times("ours", "nftables"), "", TimesNftables, false,
                rounds.Times("router", "nftables"), "router"));
        return rounds.Unrepeatable;
    }

    private static IEnumerable<ForwardWay> Ways(Wire wire)
    {
        BpfObject redirect = wire.Load(new TrafficConfig { InterfaceIndex = (uint)wire.OutLink.Index });
        yield return ForwardWay.Of(wire, "redirect", 1, redirect.Program("redirect"), redirect);
        HyperplaneProgram one = Ours(wire, flowCount: 1);
        yield return ForwardWay.Of(wire, "ours", 1, one.Descriptor, one);
        HyperplaneProgram many = Ours(wire, ManyFlows);
        yield return ForwardWay.Of(wire, "ours_100k_flows", ManyFlows, many.Descriptor, many);
        yield return Router("router", translates: false, flowCount: 1);
        if (!File.Exists(Baselines.Nftables))
            yield break;
        yield return Router("nftables", translates: true, flowCount: 1);
        yield return Router("nftables_1k_flows", translates: true, SomeFlows);

        ForwardWay Router(string name, bool translates, int flowCount) =>
            new(name, flowCount, () => new KernelRouter(wire, translates), IsRedirected: false);
    }

    private static TrafficConfig Traffic(int flowCount) =>
        new() { VipBe = Vip, FirstClient = FirstClient, PortBe = Port, FlowCount = (uint)flowCount };

    private static HyperplaneProgram Ours(Wire wire, int flowCount)
    {
        HyperplaneProgram program = HyperplaneProgram.Load(
            Math.Max(1_024, flowCount * 2), StallTimeoutMs, pipelines: 1, ListenerSlots, ownMac: wire.InLink.Mac);
        new PrefixMap(program, tunnelAddressBe: 0).Use(
            [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28")], []);
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
        return program;
    }
}
