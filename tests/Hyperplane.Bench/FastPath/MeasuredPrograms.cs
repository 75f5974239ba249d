using System.Net;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Bench.FastPath;

/// <summary>The XDP program, loaded with what a measurement needs; each to be disposed.</summary>
internal static class MeasuredPrograms
{
    private const int StallTimeoutMs = 900;
    private const int ListenerSlots = 16;
    private const int FirstPort = 1_024;
    private const int Ports = 60_000;
    private const int FirstTunnelPort = 0xc000;
    private const int TunnelPorts = 0x4000;
    private const uint Network = 77;
    private const int MtuBytes = 1_500;

    /// <summary>Shorter than any frame in a tunnel: somewhere there is a narrow path.</summary>
    private const int NarrowestMtuBytes = 68;
    private const ushort Owner = 2;
    private const ulong OwnerStart = 7;
    private static readonly PacketAddress Source6 = PacketAddress.Of(IPAddress.Parse("2001:db8:20::1"));
    private static readonly PacketAddress Target6 = PacketAddress.Of(IPAddress.Parse("2001:db8:a::3"));
    private static readonly PacketAddress Source = AddressBytes.Be(IPAddress.Parse("198.51.100.1"));
    private static readonly PacketAddress Target = AddressBytes.Be(IPAddress.Parse("10.0.0.3"));
    private static readonly PacketAddress ElsewhereTarget = AddressBytes.Be(IPAddress.Parse("10.0.0.4"));
    private static readonly uint TunnelEndBe = AddressBytes.Be(IPAddress.Parse("172.16.0.1"));
    private static readonly uint OwnerEndBe = AddressBytes.Be(IPAddress.Parse("172.16.1.2"));

    /// <summary>The VIPs, which alone are ours.</summary>
    public static IPAddress Vip { get; } = IPAddress.Parse("203.0.113.10");

    /// <inheritdoc cref="Vip"/>
    public static IPAddress Vip6 { get; } = IPAddress.Parse("2001:db8:10::10");

    /// <summary>With all flows of a case; the bare map of the run gets them too.</summary>
    /// <param name="run">Whose frames they are of.</param>
    /// <param name="hit">The case.</param>
    /// <param name="knowsPath">Whether the path MTU to the target has been learned.</param>
    public static HyperplaneProgram WithFlows(TestRun run, HitCase hit, bool knowsPath = false)
    {
        bool isIpv4 = PacketAddress.Of(hit.Vip).IsIpv4 && hit.IsToIpv4;
        HyperplaneProgram program = Load(isIpv4 ? run.FlowCount : run.FlowCount * 4, default);
        int next = 0;
        foreach (FlowKey key in run.Keys())
        {
            FlowEntry entry = hit.Tunnel is { } tunnel
                ? Tunnelled(tunnel, hit.IsToIpv4, next++)
                : Translated(key, hit.IsToIpv4, next++);
            if (!program.Cache.TryInstall(key, entry) || !run.TryInstallBare(key, entry))
                throw new InvalidOperationException("a flow does not fit into its map");
        }
        if (knowsPath)
        {
            var paths = new BpfPathMtus(program.PathMtus, program.NarrowestPath);
            if (!paths.TryInstall(hit.IsToIpv4 ? Target : Target6, MtuBytes)
                || !paths.TryInstall(ElsewhereTarget, NarrowestMtuBytes))
                throw new InvalidOperationException("a path does not fit into its map");
        }
        return program;
    }

    /// <summary>With all flows of the run as another node's.</summary>
    public static HyperplaneProgram WithRelays(TestRun run, bool isTunnelled)
    {
        HyperplaneProgram program = Load(1, isTunnelled ? new TunnelEnd(TunnelEndBe, MtuBytes) : default);
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
        return program;
    }

    /// <summary>Without a flow, its maps sized for many.</summary>
    public static HyperplaneProgram Load(int flows, TunnelEnd tunnel)
    {
        HyperplaneProgram program = HyperplaneProgram.Load(
            TestRun.MapEntries(flows), StallTimeoutMs, pipelines: 1, ListenerSlots, tunnel, mtuBytes: MtuBytes);
        new PrefixMap(program, tunnel.AddressBe).Use([new IPNetwork(Vip, 32), new IPNetwork(Vip6, 128)], []);
        program.Heartbeats.Beat(0, long.MaxValue / 2);
        // A test run's frames seem to come from the loopback interface.
        return program.NextHops.Update(1u, new NextHop(1, 2, 1, 1)) == 0
            ? program
            : throw new InvalidOperationException("the next hop does not fit into its map");
    }

    private static FlowEntry Translated(in FlowKey key, bool isToIpv4, int number)
    {
        ushort port = AddressBytes.Be((ushort)(FirstPort + (number % Ports)));
        FlowKey to = isToIpv4
            ? new FlowKey(Source, Target, port, TestRun.Port, key.Protocol)
            : new FlowKey(Source6, Target6, port, TestRun.Port, key.Protocol);
        FlowEntry entry = FrameRewriter.Translate(key, to);
        entry.NextHop = 1;
        return entry;
    }

    private static FlowEntry Tunnelled(TunnelKind kind, bool isToIpv4, int number)
    {
        uint network = kind == TunnelKind.Vxlan ? Network : 0;
        return new FlowEntry
        {
            Source = isToIpv4 ? Source : Source6,
            Destination = isToIpv4 ? Target : Target6,
            DestinationPortBe = AddressBytes.Be((ushort)(FirstTunnelPort + (number % TunnelPorts))),
            Tunnel = TunnelPath.Of(new TunnelModel(kind, 0, network)),
            NextHop = 1,
        };
    }
}
