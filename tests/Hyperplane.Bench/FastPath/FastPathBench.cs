using System.Net;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Bench.FastPath;

/// <summary>What the XDP program costs a frame, without any device: hits in both modes, relays, misses and frames that
/// are not ours, beside a bare look-up in the same kind of map, a bare redirect and nothing at all.</summary>
/// <remarks>Turns of twenty thousand repetitions, as <see cref="Samples"/> tells; the harness, which writes each
/// repetition's frame, undoes what the one before did to its length and calls the program, is subtracted. A flow is
/// taken by chance, and between two turns of a program the caches have seen the maps of the others.</remarks>
internal static class FastPathBench
{
    private const double HitAimNs = 100;
    private const double NotOursAimNs = 40;
    private static readonly int[] FlowCounts = [1, 100_000, 1_000_000];
    private static readonly int[] RelayCounts = [1, 50_000];
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.10");
    private static readonly IPAddress Elsewhere6 = IPAddress.Parse("2001:db8:99::10");

    /// <summary>Not ours, but in the block of an address that is.</summary>
    private static readonly IPAddress Beside = IPAddress.Parse("203.0.113.200");
    private static readonly IPAddress Beside6 = IPAddress.Parse("2001:db8:10::99");

    private static readonly HitCase[] NatCases =
    [
        new("hit", MeasuredPrograms.Vip, IsToIpv4: true),
        new("hit_ipv6", MeasuredPrograms.Vip6, IsToIpv4: false),
        new("hit_6_to_4", MeasuredPrograms.Vip6, IsToIpv4: true),
        new("hit_4_to_6", MeasuredPrograms.Vip, IsToIpv4: false),
    ];

    private static readonly HitCase[] DsrCases =
    [
        new("dsr_gue", MeasuredPrograms.Vip, IsToIpv4: true, TunnelKind.Gue),
        new("dsr_ipip", MeasuredPrograms.Vip, IsToIpv4: true, TunnelKind.Ipip),
        new("dsr_gre", MeasuredPrograms.Vip, IsToIpv4: true, TunnelKind.Gre),
        new("dsr_vxlan", MeasuredPrograms.Vip, IsToIpv4: true, TunnelKind.Vxlan),
        new("dsr_gue_6_in_4", MeasuredPrograms.Vip6, IsToIpv4: true, TunnelKind.Gue),
        new("dsr_gue_4_in_6", MeasuredPrograms.Vip, IsToIpv4: false, TunnelKind.Gue),
        new("dsr_gue_6_in_6", MeasuredPrograms.Vip6, IsToIpv4: false, TunnelKind.Gue),
    ];

    public static Task<Result> Run(string[] arguments)
    {
        if (arguments.Length > 0)
            throw new FormatException("takes nothing");
        var figures = new List<Figure>();
        var unrepeatable = new List<string>();
        foreach (HitCase hit in NatCases)
        {
            // What leaves in the other family is measured with fewer: its map has a quarter of the other's entries.
            foreach (int flows in hit == NatCases[0] || hit == NatCases[1] ? FlowCounts : FlowCounts[..2])
                unrepeatable.AddRange(Hits(hit, flows, figures));
        }
        foreach (HitCase hit in DsrCases)
        {
            foreach (int flows in FlowCounts[..2])
                unrepeatable.AddRange(Hits(hit, flows, figures));
        }
        foreach (int flows in RelayCounts)
        {
            unrepeatable.AddRange(Relays(flows, isTunnelled: false, figures));
            unrepeatable.AddRange(Relays(flows, isTunnelled: true, figures));
        }

        unrepeatable.AddRange(NoFlow("miss_ns", MeasuredPrograms.Vip, XdpVerdict.Drop, null, figures));
        unrepeatable.AddRange(NoFlow("not_ours_ns", Elsewhere, XdpVerdict.Pass, NotOursAimNs, figures));
        unrepeatable.AddRange(NoFlow("not_ours_ipv6_ns", Elsewhere6, XdpVerdict.Pass, NotOursAimNs, figures));
        unrepeatable.AddRange(NoFlow("not_ours_beside_ns", Beside, XdpVerdict.Pass, NotOursAimNs, figures));
        unrepeatable.AddRange(NoFlow("not_ours_beside_ipv6_ns", Beside6, XdpVerdict.Pass, NotOursAimNs, figures));
        return Task.FromResult(new Result("fastpath", unrepeatable.Count == 0, figures,
        [
            "60-byte TCP segments, 80 with IPv6; a miss is answered as on a node whose pipeline has no socket yet",
            "path_mtu_known: what a hit in GUE takes more once the path MTU to its target is known, and somewhere a "
            + "path is too narrow for the frame",
            "a relay is three look-ups in hash maps (no flow, whose flow, not from a node) and one of the owner",
            .. unrepeatable,
        ]));
    }

    private static List<string> Hits(HitCase hit, int flows, List<Figure> figures)
    {
        using var run = new TestRun(hit.Vip, flows, crosses: !hit.IsToIpv4);
        using HyperplaneProgram program = MeasuredPrograms.WithFlows(run, hit);
        bool isFirst = hit == NatCases[0] && flows == 1;
        bool isTwice = hit.Name is "dsr_gue" or "dsr_gue_6_in_6";
        using HyperplaneProgram? knowing = isTwice ? MeasuredPrograms.WithFlows(run, hit, knowsPath: true) : null;
        Samples samples = new Samples(run)
            .With("look_up", run.LookUp, XdpVerdict.Transmit)
            .With(hit.Name, program.Descriptor, XdpVerdict.Transmit);
        if (isFirst)
            samples.With("redirect", run.Program("redirect"), XdpVerdict.Redirect);
        if (knowing is not null)
            samples.With("path_mtu_known", knowing.Descriptor, XdpVerdict.Transmit);
        samples.Take();
        double lookUpNs = samples.Net("look_up");
        double hitNs = samples.Net(hit.Name);
        if (isFirst)
            figures.Add(new Figure("redirect_ns", samples.Net("redirect"), "ns", null, true, null, ""));
        figures.Add(new Figure(
            $"{hit.Name}_ns_{flows}", hitNs, "ns", lookUpNs + HitAimNs, true, lookUpNs,
            "bare look-up"));
        if (knowing is not null)
            figures.Add(new Figure(
                $"{hit.Name}_path_mtu_known_ns_{flows}", samples.Net("path_mtu_known", hit.Name), "ns", null, true,
                hitNs, hit.Name));
        return samples.Unrepeatable;
    }

    private static List<string> Relays(int flows, bool isTunnelled, List<Figure> figures)
    {
        using var run = new TestRun(MeasuredPrograms.Vip, flows);
        using HyperplaneProgram program = MeasuredPrograms.WithRelays(run, isTunnelled);
        return Alone(isTunnelled ? $"relay_in_gue_ns_{flows}" : $"relay_ns_{flows}", run, program,
            XdpVerdict.Transmit, null, figures);
    }

    private static List<string> NoFlow(
        string name, IPAddress destination, XdpVerdict verdict, double? aimNs, List<Figure> figures)
    {
        using var run = new TestRun(destination, flowCount: 1_000);
        using HyperplaneProgram program = MeasuredPrograms.Load(1_000_000, default);
        return Alone(name, run, program, verdict, aimNs, figures);
    }

    private static List<string> Alone(
        string name, TestRun run, HyperplaneProgram program, XdpVerdict verdict, double? aimNs, List<Figure> figures)
    {
        Samples samples = new Samples(run).With(name, program.Descriptor, verdict).Take();
        figures.Add(new Figure(name, samples.Net(name), "ns", aimNs, true, 0, "an empty program"));
        return samples.Unrepeatable;
    }
}
