using Hyperplane.Dataplane.Admission;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The XDP program in the kernel, with its maps; not yet attached anywhere.</summary>
internal sealed class HyperplaneProgram : IDisposable
{
    /// <summary>Sources that can be known to be there.</summary>
    public const int MostSources = 131_072;

    private readonly BpfObject _object;
    private readonly ulong[] _perCpu;
    private readonly Crossing _crossing;
    private readonly FinRing[] _fins;
    private readonly Lock _reading = new();

    private HyperplaneProgram(
        BpfObject bpfObject, int pipelines, int cpus, int counterSlots, int targetSlots)
    {
        _object = bpfObject;
        _perCpu = new ulong[cpus * CounterCount];
        Descriptor = bpfObject.Program("hyperplane");
        Flows = bpfObject.Map("flows");
        Flows6 = bpfObject.Map("flows6");
        FlowCounts = bpfObject.Map("flow_counts");
        FlowCounts6 = bpfObject.Map("flow_counts6");
        OwnDestinations = bpfObject.Map("own_destinations");
        OwnPrefixes = bpfObject.Map("own_prefixes");
        OwnPrefixes6 = bpfObject.Map("own_prefixes6");
        NextHops = bpfObject.Map("next_hops");
        PathMtus = bpfObject.Map("path_mtus");
        NarrowestPath = bpfObject.Map("narrowest_path");
        Relays = bpfObject.Map("relays");
        Relays6 = bpfObject.Map("relays6");
        Peers = bpfObject.Map("peers");
        PeerMacs = bpfObject.Map("peer_macs");
        PeerAddresses = bpfObject.Map("peer_addresses");
        Admissions = bpfObject.Map("admissions");
        AdmissionTimes = bpfObject.Map("admission_times");
        Refusals = new VipRefusals(bpfObject.Map("refusals"), cpus);
        Sockets = bpfObject.Map("sockets");
        PacketCounts = bpfObject.Map("packet_counts");
        Listeners = new ListenerCounts(bpfObject.Map("listener_counts"), counterSlots, cpus);
        Targets = new ListenerCounts(bpfObject.Map("target_counts"), targetSlots, cpus);
        Heartbeats = new Heartbeats(bpfObject.Map(".bss"));
        BpfMap rings = bpfObject.Map("fins");
        _fins = [.. Enumerable.Range(0, pipelines).Select(pipeline => FinRing.Open(rings, pipeline))];
        _crossing = new Crossing(bpfObject.Map("crossing"));
        Cache = new BpfFlowCache(Flows, Flows6, _crossing, _fins, FlowCounts, FlowCounts6);
    }

    /// <summary>Values of <see cref="PacketCounter"/>.</summary>
    public static int CounterCount { get; } = Enum.GetValues<PacketCounter>().Length;

    /// <summary>The kernel's handle.</summary>
    public int Descriptor { get; }

    /// <summary><see cref="FlowKey4"/> → <see cref="FlowEntry4"/>.</summary>
    public BpfMap Flows { get; }

    /// <summary><see cref="FlowKey"/> → <see cref="FlowEntry"/>.</summary>
    public BpfMap Flows6 { get; }

    /// <summary><see cref="FlowKey4"/> → <see cref="ListenerCount"/>, of flows that are logged.</summary>
    public BpfMap FlowCounts { get; }

    /// <summary><see cref="FlowKey"/> → <see cref="ListenerCount"/>, of flows that are logged.</summary>
    public BpfMap FlowCounts6 { get; }

    /// <summary>All of them, as pipelines see them.</summary>
    public BpfFlowCache Cache { get; }

    /// <summary>0 → <see cref="Bpf.OwnDestinations"/>.</summary>
    public BpfMap OwnDestinations { get; }

    /// <summary><see cref="OwnPrefixKey"/> → <see cref="OwnKind"/>.</summary>
    public BpfMap OwnPrefixes { get; }

    /// <summary><see cref="OwnPrefixKey6"/> → <see cref="OwnKind"/>.</summary>
    public BpfMap OwnPrefixes6 { get; }

    /// <summary>Index → <see cref="Io.NextHop"/>.</summary>
    public BpfMap NextHops { get; }

    /// <summary><see cref="Packets.PacketAddress"/> → 4 bytes.</summary>
    public BpfMap PathMtus { get; }

    /// <summary>0 → 4 bytes.</summary>
    public BpfMap NarrowestPath { get; }

    /// <summary><see cref="FlowKey4"/> → <see cref="Sharing.RelayEntry"/>.</summary>
    public BpfMap Relays { get; }

    /// <summary><see cref="FlowKey"/> → <see cref="Sharing.RelayEntry"/>.</summary>
    public BpfMap Relays6 { get; }

    /// <summary>Node id → <see cref="PeerEntry"/>.</summary>
    public BpfMap Peers { get; }

    /// <summary>MAC address of a node → its id.</summary>
    public BpfMap PeerMacs { get; }

    /// <summary>Address of a node on the fabric → its id.</summary>
    public BpfMap PeerAddresses { get; }

    /// <summary>VIP → <see cref="AdmissionEntry"/>.</summary>
    public BpfMap Admissions { get; }

    /// <summary>A bucket's place → when it is empty again.</summary>
    public BpfMap AdmissionTimes { get; }

    /// <summary>What was refused at VIPs.</summary>
    public VipRefusals Refusals { get; }

    /// <summary>Receive queue → AF_XDP socket.</summary>
    public BpfMap Sockets { get; }

    /// <summary>By listener and direction.</summary>
    public ListenerCounts Listeners { get; }

    /// <summary>Frames and bytes by target and direction.</summary>
    public ListenerCounts Targets { get; }

    /// <summary>The dead-man switch.</summary>
    public Heartbeats Heartbeats { get; }

    private BpfMap PacketCounts { get; }

    /// <summary>Loads it with its tables taken from the kernel's memory once.</summary>
    /// <param name="flowEntries">Entries of the map of IPv4 flows: two a flow; that of other flows has a quarter of
    /// it.</param>
    /// <param name="stallTimeoutMs">0 turns the dead-man switch off.</param>
    /// <param name="pipelines">Pipeline threads, 1 to 16.</param>
    /// <param name="counterSlots">Listener counters: two a listener.</param>
    /// <param name="tunnel">Where other nodes' tunnelled frames arrive; the default for nowhere.</param>
    /// <param name="ownMac">The interface's address, in the low 48 bits of a little-endian word: frames to others go to
    /// the kernel; 0 takes all.</param>
    /// <param name="mtuBytes">The longest packet that leaves.</param>
    /// <param name="vlan">Of the VLAN whose tag every frame has; 0 for no tags.</param>
    /// <param name="challenges">The default asks no source.</param>
    /// <param name="targetSlots">Target counters: two a target.</param>
    /// <param name="sources">Sources that are known to be there; half as many have a rate each.</param>
    public static HyperplaneProgram Load(
        int flowEntries, int stallTimeoutMs, int pipelines, int counterSlots, TunnelEnd tunnel = default,
        ulong ownMac = 0, int mtuBytes = 1_500, ushort vlan = 0, ChallengeSettings challenges = default,
        int targetSlots = 16, int sources = MostSources)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pipelines, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pipelines, Heartbeats.Max);
        BpfObject bpfObject = BpfObject.OpenResource("hyperplane.bpf.o");
        try
        {
            int cpus = LibBpf.PossibleCpuCount();
            bpfObject.SetMaxEntries("flows", flowEntries);
            bpfObject.SetMaxEntries("flows6", Math.Max(flowEntries / 4, 64));
            bpfObject.SetMaxEntries("flow_counts", Math.Max(flowEntries / 4, 64));
            bpfObject.SetMaxEntries("flow_counts6", Math.Max(flowEntries / 16, 64));
            // Twice: new prefixes go in before old ones come out.
            bpfObject.SetMaxEntries("own_prefixes", (Model.DataplaneLimits.OwnPrefixes + 1) * 2);
            bpfObject.SetMaxEntries("own_prefixes6", (Model.DataplaneLimits.OwnPrefixes + 1) * 2);
            bpfObject.SetMaxEntries("known_sources", sources);
            bpfObject.SetMaxEntries("source_times", sources / 2);
            bpfObject.SetMaxEntries("path_mtus", Pipeline.PathMtus.Capacity);
            bpfObject.SetMaxEntries("next_hops", Model.DataplaneLimits.NextHops);
            bpfObject.SetMaxEntries("listener_counts", checked(cpus * counterSlots));
            bpfObject.SetMaxEntries("target_counts", checked(cpus * targetSlots));
            bpfObject.WriteConstants(new ProgramConfig
            {
                StallTimeoutNs = (ulong)stallTimeoutMs * 1_000_000,
                Pipelines = (uint)pipelines,
                CounterSlots = (uint)counterSlots,
                TargetSlots = (uint)targetSlots,
                TunnelAddressBe = tunnel.AddressBe,
                TunnelMtuBytes = (uint)tunnel.MtuBytes,
                OwnMacFirst = (uint)ownMac,
                OwnMacLast = (ushort)(ownMac >> 32),
                ChecksMac = (ushort)(ownMac == 0 ? 0 : 1),
                MtuBytes = (uint)mtuBytes,
                CookieKeyFirst = challenges.KeyFirst,
                CookieKeyLast = challenges.KeyLast,
                KnownSourceNs = (ulong)challenges.KnownNs,
                ChallengeCostNs = (ulong)challenges.CostNs,
                VlanBe = Pipeline.AddressBytes.Be(vlan),
            });
            bpfObject.Load();
            return new HyperplaneProgram(bpfObject, pipelines, cpus, counterSlots, targetSlots);
        }
        catch
        {
            bpfObject.Dispose();
            throw;
        }
    }

    /// <summary>The frames it saw by verdict, summed over the CPUs.</summary>
    public void ReadCounters(Span<ulong> frames)
    {
        if (frames.Length < CounterCount)
            throw new ArgumentException("needs room for every counter", nameof(frames));
        lock (_reading)
        {
            int error = PacketCounts.LookupPerCpu(0, _perCpu.AsSpan(), CounterCount);
            if (error != 0)
                throw new KernelException("reading the XDP program's counters", error, "");
            frames[..CounterCount].Clear();
            for (int i = 0; i < _perCpu.Length; i++)
                frames[i % CounterCount] += _perCpu[i];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FinRing ring in _fins)
            ring.Dispose();
        _crossing.Dispose();
        Heartbeats.Dispose();
        Listeners.Dispose();
        Targets.Dispose();
        _object.Dispose();
    }
}
