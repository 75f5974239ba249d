using System.Net;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Bench.FastPath;

/// <summary>What the XDP program costs a frame, without any device: hits, relays, misses and frames that are not ours,
/// beside a bare look-up in the same kind of map, a bare redirect and nothing at all.</summary>
/// <remarks>Turns of a hundred thousand repetitions, as <see cref="Samples"/> tells; the harness, which writes each
/// repetition's frame and calls the program, is subtracted.</remarks>
internal static class FastPathBench
{
    private const int StallTimeoutMs = 900;
    private const int ListenerSlots = 16;
    private const int FirstPort = 1_024;
    private const int Ports = 60_000;
    private const double HitAimNs = 100;
    private const double NotOursAimNs = 40;
    private const ushort Owner = 2;
    private const ulong OwnerStart = 7;
    private static readonly int[] FlowCounts = [1, 100_000, 1_000_000];
    private static readonly int[] RelayCounts = [1, 50_000];
    private static readonly IPAddress Vip = IPAddress.Parse("203.0.113.10");
    private static readonly IPAddress Vip6 = IPAddress.Parse("2001:db8:10::10");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.10");
    private static readonly IPAddress Elsewhere6 = IPAddress.Parse("2001:db8:99::10");

    /// <summary>Not ours, but in the block of a prefix that is.</summary>
    private static readonly IPAddress Beside = IPAddress.Parse("203.0.113.200");
    private static readonly PacketAddress Snat6 = PacketAddress.Of(IPAddress.Parse("2001:db8:20::1"));
    private static readonly PacketAddress Target6 = PacketAddress.Of(IPAddress.Parse("2001:db8:a::3"));
    private static readonly uint Snat = AddressBytes.Be(IPAddress.Parse("198.51.100.1"));
    private static readonly uint Target = AddressBytes.Be(IPAddress.Parse("10.0.0.3"));
    private static readonly uint TunnelEndBe = AddressBytes.Be(IPAddress.Parse("172.16.0.1"));
    private static readonly uint OwnerEndBe = AddressBytes.Be(IPAddress.Parse("172.16.1.2"));

    public static Task<Result> Run(string[] arguments)
    {
        _ = arguments;
        var figures = new List<Figure>();
        var unrepeatable = new List<string>();
        foreach (int flows in FlowCounts)
        {
            unrepeatable.AddRange(Hits("hit", Vip, isToIpv4: true, flows, figures));
            unrepeatable.AddRange(Hits("hit_ipv6", Vip6, isToIpv4: false, flows, figures));
        }
        foreach (int flows in FlowCounts[..2])
        {
            unrepeatable.AddRange(Hits("hit_6_to_4", Vip6, isToIpv4: true, flows, figures));
            unrepeatable.AddRange(Hits("hit_4_to_6", Vip, isToIpv4: false, flows, figures));
        }
        foreach (int flows in RelayCounts)
        {
            unrepeatable.AddRange(Relays(flows, isTunnelled: false, figures));
            unrepeatable.AddRange(Relays(flows, isTunnelled: true, figures));
        }

        unrepeatable.AddRange(NoFlow("miss_ns", Vip, XdpVerdict.Drop, null, figures));
        unrepeatable.AddRange(NoFlow("not_ours_ns", Elsewhere, XdpVerdict.Pass, NotOursAimNs, figures));
        unrepeatable.AddRange(NoFlow("not_ours_ipv6_ns", Elsewhere6, XdpVerdict.Pass, NotOursAimNs, figures));
        unrepeatable.AddRange(NoFlow("not_ours_beside_ns", Beside, XdpVerdict.Pass, null, figures));
        return Task.FromResult(new Result("fastpath", unrepeatable.Count == 0, figures,
        [
            "60-byte TCP segments, 80 with IPv6; a miss is answered as on a node whose pipeline has no socket yet",
            .. unrepeatable,
        ]));
    }

    private static List<string> Hits(string name, IPAddress vip, bool isToIpv4, int flows, List<Figure> figures)
    {
        using var run = new TestRun(vip, flows);
        bool isIpv4 = PacketAddress.Of(vip).IsIpv4;
        using HyperplaneProgram program = Load(isIpv4 && isToIpv4 ? flows : flows * 4, default);
        BpfFlowCache cache = program.Cache;
        BpfFlowCache bare = run.BareFlows;
        int next = 0;
        foreach (FlowKey key in run.Keys())
        {
            ushort port = AddressBytes.Be((ushort)(FirstPort + (next++ % Ports)));
            FlowKey to = isToIpv4
                ? new FlowKey(Snat, Target, port, TestRun.Port, key.Protocol)
                : new FlowKey(Snat6, Target6, port, TestRun.Port, key.Protocol);
            FlowEntry entry = FrameRewriter.Translate(key, to);
            entry.NextHop = 1;
            FlowEntry alike = entry;
            (alike.Source, alike.Destination) = (key.Source, key.Destination);
            if (!cache.TryInstall(key, entry) || !bare.TryInstall(key, alike))
                throw new InvalidOperationException("a flow does not fit into its map");
        }

        Samples samples = new Samples(run)
            .With("redirect", run.Program("redirect"), XdpVerdict.Redirect)
            .With("look_up", run.LookUp, XdpVerdict.Transmit)
            .With(name, program.Descriptor, XdpVerdict.Transmit)
            .Take();
        double lookUpNs = samples.Net("look_up");
        if (flows == 1 && name == "hit")
            figures.Add(new Figure("redirect_ns", samples.Net("redirect"), "ns", null, true, null, ""));
        figures.Add(new Figure(
            $"{name}_ns_{flows}", samples.Net(name), "ns", lookUpNs + HitAimNs, true, lookUpNs, "bare look-up"));
        return samples.Unrepeatable;
    }

    private static List<string> Relays(int flows, bool isTunnelled, List<Figure> figures)
    {
        using var run = new TestRun(Vip, flows);
        using HyperplaneProgram program = Load(1, isTunnelled ? new TunnelEnd(TunnelEndBe, 1_500) : default);
        var owner = new PeerEntry
        {
            Start = OwnerStart, NextHop = 1, Alive = 1, TunnelAddressBe = isTunnelled ? OwnerEndBe : 0,
        };
        if (program.Peers.Update((uint)Owner, owner) != 0)
            throw new InvalidOperationException("the owner does not fit into its map");
        var cache = new BpfRelayCache(program.Relays, program.Relays6);
        foreach (FlowKey key in run.Keys())
        {
            var entry = new RelayEntry { OwnerStart = OwnerStart, OwnerNode = Owner, TunnelPortBe = TestRun.Port };
            if (!cache.TryInstall(key, entry))
                throw new InvalidOperationException("a relay entry does not fit into its map");
        }

        Samples samples = new Samples(run).With("relay", program.Descriptor, XdpVerdict.Transmit).Take();
        string name = isTunnelled ? "relay_in_gue_ns" : "relay_ns";
        figures.Add(new Figure($"{name}_{flows}", samples.Net("relay"), "ns", null, true, null, ""));
        return samples.Unrepeatable;
    }

    private static List<string> NoFlow(
        string name, IPAddress destination, XdpVerdict verdict, double? aimNs, List<Figure> figures)
    {
        using var run = new TestRun(destination, flowCount: 1_000);
        using HyperplaneProgram program = Load(1_000_000, default);
        Samples samples = new Samples(run).With(name, program.Descriptor, verdict).Take();
        figures.Add(new Figure(name, samples.Net(name), "ns", aimNs, true, 0, "an empty program"));
        return samples.Unrepeatable;
    }

    private static HyperplaneProgram Load(int flows, TunnelEnd tunnel)
    {
        HyperplaneProgram program = HyperplaneProgram.Load(
            TestRun.MapEntries(flows), StallTimeoutMs, pipelines: 1, ListenerSlots, tunnel);
        new PrefixMap(program, tunnel.AddressBe).Add([new IPNetwork(Vip, 32), new IPNetwork(Vip6, 128)]);
        program.Heartbeats.Beat(0, long.MaxValue / 2);
        // A test run's frames seem to come from the loopback interface.
        return program.NextHops.Update(1u, new NextHop(1, 2, 1, 1)) == 0
            ? program
            : throw new InvalidOperationException("the next hop does not fit into its map");
    }
}
